//! The kinds of a scene's signals by their numbers: a rule that counts signals of one kind then
//! compares integers.

use std::cell::OnceCell;

use super::names::Names;
use crate::scene::Scene;

/// The kinds of a scene's signals, newest first. They are numbered when a rule first looks at signals.
pub(crate) struct Kinds<'a> {
    names: &'a Names,
    scene: &'a dyn Scene,
    numbers: OnceCell<Vec<u32>>,
}

impl<'a> Kinds<'a> {
    pub(crate) const fn new(names: &'a Names, scene: &'a dyn Scene) -> Self {
        Self { names, scene, numbers: OnceCell::new() }
    }

    pub(crate) fn numbers(&self) -> &[u32] {
        let number = |at| self.names.symbol(self.scene.touch(at).kind);
        self.numbers.get_or_init(|| (0..self.scene.touches()).map(number).collect())
    }
}
