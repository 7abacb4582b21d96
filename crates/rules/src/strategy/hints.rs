//! Everything that is not wrong and probably meant otherwise, over the parts of a folder that could be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::handoff::Autonomy;
use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, Sources, Span};

use super::folder::StrategyFile;
use super::name_hints::FieldNames;
use super::parts::Parts;
use super::{Play, country_hints, fence_hints, field_hints, name_hints, pool_hints, unheard};
use crate::autonomy::{Fence, Levels};
use crate::brief::Briefing;
use crate::calendar::Calendar;
use crate::contract::Contract;
use crate::expression::Types;

/// What hints are found in.
pub(super) struct Hinted<'a> {
    pub(super) sources: &'a Sources,
    pub(super) taken: &'a [StrategyFile],
    pub(super) types: &'a Types,
    /// None where one of them could not be read.
    pub(super) contracts: Option<&'a [Contract]>,
    /// None where one of them could not be read.
    pub(super) plays: Option<&'a [Play]>,
    pub(super) brief: Option<&'a Briefing>,
    /// The levels, where that of giving a lead to somebody stands, and the fences.
    pub(super) bounds: Option<(&'a Levels, Option<Span>, &'a [Fence])>,
    /// None where one of them could not be read.
    pub(super) calendars: Option<&'a BTreeMap<String, Arc<Calendar>>>,
    /// Whether every condition could be read, so that it is known what they ask for.
    pub(super) conditions_read: bool,
    /// What lies before it is over; none where nobody says which day it is.
    pub(super) today: Option<Date>,
}

/// Tells of everything that is probably meant otherwise.
pub(super) fn tell(of: &Hinted<'_>, parts: &Parts<'_>, out: &mut Diagnostics) {
    names(of, parts, out);
    followed(of, parts, out);
    if let Some((_, _, fences)) = of.bounds {
        fence_hints::tell(fences, out);
    }
    if let (Some(team), Some(routing)) = (parts.team, parts.routing) {
        pool_hints::tell(team, routing, of.today, out);
    }
    if let (Some(calendars), Some(today)) = (of.calendars, of.today) {
        holidays(calendars, today, of.sources, out);
    }
}

/// Names of fields, kinds and countries.
fn names(of: &Hinted<'_>, parts: &Parts<'_>, out: &mut Diagnostics) {
    let promised = of.contracts.unwrap_or_default();
    let fields = FieldNames::of(of.types, promised);
    name_hints::tell(of.types, &fields, out);
    name_hints::tell_plays(of.plays.unwrap_or_default(), promised, &fields, out);
    if let Some(brief) = of.brief {
        name_hints::tell_personal(brief, &fields, out);
    }
    let starts = parts.readiness.and_then(|readiness| readiness.starts.as_ref());
    name_hints::tell_signals(of.types, promised, starts, out);
    if let Some(readiness) = parts.readiness {
        name_hints::tell_kinds(readiness, out);
    }
    country_hints::tell(of.sources, of.taken, of.types, out);
    if of.contracts.is_some() {
        field_hints::tell(of.types, promised, out);
    }
}

/// What is said and nothing carries out.
fn followed(of: &Hinted<'_>, parts: &Parts<'_>, out: &mut Diagnostics) {
    if let Some(readiness) = parts.readiness {
        unheard::decisions(readiness, out);
        unheard::starts(readiness, out);
    }
    if let (Some(readiness), Some(destinations), Some((levels, assign, fences))) =
        (parts.readiness, parts.destinations, of.bounds)
        && of.conditions_read
    {
        let level = assign.filter(|_| levels.assign == Autonomy::Review);
        unheard::reviews(level, fences, readiness, destinations, out);
    }
    if let (Some(slas), Some(routing), Some(destinations)) =
        (parts.slas, parts.routing, parts.destinations)
    {
        unheard::occasions(slas, routing, destinations, out);
    }
    if let Some(team) = parts.team
        && of.conditions_read
    {
        unheard::columns(team, &of.types.asked_columns, out);
    }
}

/// Tells of calendars whose holidays are all over: those that come are worked then.
fn holidays(
    calendars: &BTreeMap<String, Arc<Calendar>>,
    today: Date,
    sources: &Sources,
    out: &mut Diagnostics,
) {
    for (name, calendar) in calendars {
        let Some(last) = calendar.hours().holidays.last().filter(|last| **last < today) else {
            continue;
        };
        let span = Span::top(sources.named(&format!("calendars/{name}.yaml")).unwrap_or_default());
        let says = format!(
            "the last holiday of the calendar `{name}` was {last}: every day to come is a working day like others"
        );
        let help = "add the holidays that come, or name an ICS file of them with `holidays_ics`";
        out.push(Diagnostic::warning("holidays-past", span, says).help(help));
    }
}
