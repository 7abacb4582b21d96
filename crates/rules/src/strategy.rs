//! A strategy: a folder, read, checked and compiled.
//!
//! Read in this order: what a strategy is (here), how a folder is read (`read`) and what is no text
//! (`text`), what its contracts and maps declare (`declared`), what there is of it (`parts`), what must fit across its files
//! (`cross_references`), what names members who leave (`leavers`), what is probably meant otherwise (`hints`):
//! names (`name_hints`), fields of signals (`field_hints`), countries (`country_hints`), fences (`fence_hints`),
//! pools (`pool_hints`) and what nothing carries out yet (`unheard`); and what its version is the hash of
//! (`version`).

mod cross_references;

mod declared;

mod country_hints;

mod fence_hints;

mod field_hints;

mod folder;

mod hints;

mod leavers;

mod name_hints;

mod parts;

mod pool_hints;

mod read;

mod text;

mod unheard;

mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::StrategyVersion;
use notation::{Diagnostics, Sources, Spanned};

use crate::autonomy::{Fence, Levels};
use crate::brief::Briefing;
use crate::calendar::Calendar;
use crate::chance::Chance;
use crate::contract::Contract;
use crate::destinations::Destinations;
use crate::expression::{Condition, FieldTypes, Frame, Names};
use crate::lists::{Lists, MailLists};
use crate::playbook::Playbook;
use crate::readiness::Readiness;
use crate::roster::Roster;
use crate::routing::Routing;
use crate::scene::Scene;
use crate::scoring::Scoring;
use crate::sla::Slas;
use crate::sources::FieldSources;
use crate::team::Team;
use crate::territory::{NamedAccounts, Territories};

pub use folder::is_story;
pub use read::{compile, compile_at, compile_kept, contracts};

/// The files of a folder: paths with `/`, relative to it, and their bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// Takes in that a path is a symbolic link. What it leads to is not read, and it is told where the strategy
    /// would have read it.
    pub fn put_link(&mut self, path: String) {
        self.0.insert(path, text::LINK.to_vec());
    }
}

/// What came of a folder.
#[derive(Debug)]
pub struct Compiled {
    /// The strategy; none where there is an error.
    pub strategy: Option<Strategy>,
    /// The texts, for drawing.
    pub sources: Sources,
    /// What there is to say, by file and place.
    pub diagnostics: Diagnostics,
    /// How much there is.
    pub counts: Counts,
}

/// How much a folder holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Files that were read.
    pub files: usize,
    /// Rows, routes, points and fences.
    pub rules: usize,
    /// How many pools there are.
    pub pools: usize,
}

/// A strategy, compiled.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// The hash of what was read: layout, comments and the order of keys do not count.
    pub version: StrategyVersion,
    /// Its name.
    pub name: String,
    /// What ties and exploration are drawn from.
    pub seed: u64,
    /// Draws from the seed.
    pub chance: Chance,
    /// Assignments that are drawn at random, in a million.
    pub explore_ppm: u32,
    /// The SLA class of a hand-off whose row names none.
    pub default_sla: Option<Spanned<String>>,
    /// How much goes by itself.
    pub autonomy: Levels,
    /// What asks for a person.
    pub fences: Vec<Fence>,
    /// The rules that give points.
    pub scoring: Scoring,
    /// When a lead is ready.
    pub readiness: Readiness,
    /// Who gets it.
    pub routing: Routing,
    /// Which source may set which field.
    pub sources: FieldSources,
    /// What must hold at the seams, in the order of their files' names.
    pub contracts: Vec<Contract>,
    /// What leaves, in which steps.
    pub destinations: Destinations,
    /// What a persona or a segment is met with, in the order of their files' names.
    pub playbooks: Vec<Play>,
    /// What a brief says to whom.
    pub brief: Briefing,
    /// Until when.
    pub slas: Slas,
    /// The team.
    pub team: Team,
    /// The team as routing asks for it, by place.
    pub roster: Roster,
    /// By name.
    pub calendars: BTreeMap<String, Arc<Calendar>>,
    /// Who owns by where.
    pub territories: Territories,
    /// Who owns by name.
    pub named_accounts: NamedAccounts,
    /// The lists that conditions use, by name.
    pub lists: Lists,
    /// Those of them that say what stands behind a domain.
    pub mail: MailLists,
    /// What the fields are that it asks for.
    pub fields: FieldTypes,
    /// The names and texts that conditions compare: what a [`crate::Frame`] asks for.
    pub names: Names,
}

/// A playbook, and when it is the one to use.
#[derive(Clone, Debug)]
pub struct Play {
    /// What it says.
    pub playbook: Playbook,
    /// For whom; for everybody without.
    pub segment: Option<Condition>,
}

impl Strategy {
    /// A lead as the strategy's names see it, with nothing asked yet.
    pub fn frame<'a>(&'a self, scene: &'a dyn Scene) -> Frame<'a> {
        Frame::new(&self.names, scene)
    }

    /// The playbook for a lead: the first whose segment holds, else the first that is for everybody.
    pub fn playbook(&self, frame: &Frame<'_>) -> Option<&Playbook> {
        let holds = |play: &&Play| {
            play.segment.as_ref().is_some_and(|segment| segment.holds_in(frame).holds())
        };
        let found = self.playbooks.iter().find(holds);
        let found = found.or_else(|| self.playbooks.iter().find(|play| play.segment.is_none()));
        found.map(|play| &play.playbook)
    }
}
