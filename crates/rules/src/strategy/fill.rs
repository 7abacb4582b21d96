//! How a frame is filled: all names of a strategy, or the few that a part of it asks for.

use domain::fact::Score;

use super::Strategy;
use crate::expression::Frame;
use crate::scene::Scene;

impl Frame {
    /// Resolves every name of the strategy for a scene. The score is taken from the scene too; where
    /// it is counted afterwards, [`Frame::scored`] puts it in.
    pub fn fill(&mut self, strategy: &Strategy, scene: &dyn Scene) {
        self.resolve(&strategy.names, scene);
    }

    /// Resolves the names that routes ask for, which are few beside all of them. Every other name
    /// is unknown to it.
    pub fn fill_for_routes(&mut self, strategy: &Strategy, scene: &dyn Scene) {
        self.resolve_some(&strategy.names, strategy.routing.asks(), scene);
    }

    /// Puts the score in, and what depends on it.
    pub fn scored(&mut self, strategy: &Strategy, scene: &dyn Scene, score: &Score) {
        self.resolve_score(&strategy.names, scene, score);
    }
}
