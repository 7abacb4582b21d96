//! Stories of a strategy, `tests/*.story` beside it: a lead, what it did, who must get it and why.
//!
//! Each is read with spans, played in virtual time under the strategy with nobody else about, and
//! what differs from what it expects is told at the line that expects it.

mod judge;
mod play;
mod read;

use std::sync::Arc;

use crank::CrankError;
use notation::{Diagnostics, Sources};
use rules::{Files, Strategy};

pub use read::Story;

/// What came of the stories of a folder.
#[derive(Debug, Default)]
pub struct StoryReport {
    /// The texts, for drawing.
    pub sources: Sources,
    /// What cannot be read, and what ended otherwise.
    pub diagnostics: Diagnostics,
    /// How many stories there are.
    pub stories: usize,
}

/// Plays every story of a folder under the strategy that the folder compiles to. Nobody is drawn at
/// random: what a story expects is the rule, not its exception.
pub fn tell(files: &Files, strategy: Strategy) -> Result<StoryReport, CrankError> {
    let strategy = &Arc::new(Strategy { explore_ppm: 0, ..strategy });
    let mut told = StoryReport::default();
    for (path, bytes) in files.0.iter().filter(|(path, _)| rules::strategy::is_story(path)) {
        told.stories += 1;
        let text = String::from_utf8_lossy(bytes).into_owned();
        let file = told.sources.add(path, text);
        let Some(story) = read::story(&told.sources, file, &mut told.diagnostics) else { continue };
        if judge::names_are_known(&story, strategy, &mut told.diagnostics) {
            let end = play::play(&story, strategy)?;
            judge::judge(&story, &end, strategy, &mut told.diagnostics);
        }
    }
    told.diagnostics = told.diagnostics.sorted();
    Ok(told)
}
