//! The parts of a folder, for what is judged over several of them.

use std::collections::BTreeSet;

use notation::Spanned;

use crate::destinations::Destinations;
use crate::readiness::Readiness;
use crate::routing::Routing;
use crate::sla::Slas;
use crate::team::Team;
use crate::territory::{NamedAccounts, Territories};

/// What a folder came to, as far as it could be read: what is wrong in one file hides nothing that can be
/// judged of the others.
pub(super) struct Parts<'a> {
    /// Whether `strategy.yaml` could be read.
    pub(super) head_read: bool,
    /// The class of hand-offs whose row names none.
    pub(super) default_sla: Option<&'a Spanned<String>>,
    /// The team.
    pub(super) team: Option<&'a Team>,
    /// The names of all calendars, those that could not be read among them.
    pub(super) calendars: &'a BTreeSet<&'a str>,
    /// Routes, pools and queues.
    pub(super) routing: Option<&'a Routing>,
    /// The readiness table.
    pub(super) readiness: Option<&'a Readiness>,
    /// The SLA classes.
    pub(super) slas: Option<&'a Slas>,
    /// What leaves.
    pub(super) destinations: Option<&'a Destinations>,
    /// Who owns by name.
    pub(super) named_accounts: Option<&'a NamedAccounts>,
    /// Who owns by where.
    pub(super) territories: Option<&'a Territories>,
}
