//! Outcomes and debriefs that come in as signals: from a CRM, or from a spreadsheet by import.

use domain::fact::{By, Note};
use domain::handoff::{Actor, State};
use domain::reason::Code;
use domain::signal::{Content, SourceName};
use domain::{HandoffId, Moment, Value};
use engine::event::Deed;
use store::{IdKind, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;
use crate::outcome_kinds::{DEBRIEF, OUTCOME};

/// What came of taking it in.
pub(crate) enum OutcomeSignal {
    /// It speaks of no handoff: it is a signal like any other.
    NotThis,
    /// It was done.
    Done(HandoffId),
    /// It cannot be done, for this reason and by this field.
    Unfit(Code, &'static str),
}

impl<S: Store> Crank<S> {
    /// Does to a handoff what a signal tells of it.
    pub(crate) fn take_told(
        &mut self,
        source: &SourceName,
        content: &Content,
        imported: bool,
        at: JournalMoment,
    ) -> Result<OutcomeSignal, CrankError> {
        let said = || self.said(source, content);
        let deed = match content.kind.as_str() {
            OUTCOME => match outcome(content, said()) {
                Ok(deed) => deed,
                Err(field) => return Ok(OutcomeSignal::Unfit(Code::ValueUnreadable, field)),
            },
            DEBRIEF => debrief(content, said()),
            _ => return Ok(OutcomeSignal::NotThis),
        };
        let Some(handoff) = self.handoff_told(content, imported)? else {
            return Ok(OutcomeSignal::Unfit(Code::ValueUnreadable, "handoff"));
        };
        match self.act_at((handoff, None), &deed, Actor::Source, at) {
            Ok(_) => Ok(OutcomeSignal::Done(handoff)),
            Err(CrankError::Refused(_)) => Ok(OutcomeSignal::Unfit(Code::SeamUnmet, "outcome")),
            Err(error) => Err(error),
        }
    }

    /// What a signal that tells of a handoff could not be done for, by its fields; none for a signal like
    /// any other.
    pub(crate) fn unfit_told(
        &self,
        source: &SourceName,
        content: &Content,
        imported: bool,
    ) -> Result<Option<Vec<(Code, &'static str)>>, CrankError> {
        let mut unfit = Vec::new();
        match content.kind.as_str() {
            OUTCOME => {
                let read = outcome(content, self.said(source, content));
                unfit.extend(read.err().map(|field| (Code::ValueUnreadable, field)));
            }
            DEBRIEF => {}
            _ => return Ok(None),
        }
        if self.handoff_told(content, imported)?.is_none() {
            unfit.push((Code::ValueUnreadable, "handoff"));
        }
        Ok(Some(unfit))
    }

    /// Who is said to have done it, and their words. A name that is no member's is outside text: it
    /// is sealed with the words, and the source is who told of it.
    pub fn said(&self, source: &SourceName, content: &Content) -> (By, Option<Note>) {
        let named = text(content, "by").map(str::trim).filter(|name| !name.is_empty());
        let note = text(content, "note").map(|note| Note::new(note.as_bytes().to_vec()));
        let team = self.strategies.in_force().map(|strategy| &strategy.team);
        let member = named.and_then(|name| team?.member(name)).map(|member| member.id.clone());
        match (member, named) {
            (Some(member), _) => (By::Member(member), note),
            (None, None) => (By::Source(source.clone()), note),
            (None, Some(name)) => {
                let mut note = note.unwrap_or_else(|| Note::new(Vec::new()));
                note.said_by = Some(name.to_owned());
                (By::Source(source.clone()), Some(note))
            }
        }
    }

    /// The handoff that is named by its id. People who type it into a spreadsheet may leave out the
    /// end of it, as long as only one begins so; a program has the whole.
    fn handoff_told(
        &self,
        content: &Content,
        imported: bool,
    ) -> Result<Option<HandoffId>, CrankError> {
        let Some(typed) = text(content, "handoff") else { return Ok(None) };
        if !imported {
            let Ok(whole) = typed.parse::<HandoffId>() else { return Ok(None) };
            return Ok(self.store.handoff(whole)?.map(|row| row.handoff));
        }
        let Ok(prefix) = HandoffId::prefix(typed) else { return Ok(None) };
        let found = self.store.matching(IdKind::Handoff, &prefix, 2)?;
        Ok(match found.as_slice() {
            [one] => Some(HandoffId::from_bytes(*one)),
            _ => None,
        })
    }
}

fn outcome(content: &Content, (by, note): (By, Option<Note>)) -> Result<Deed, &'static str> {
    let outcome = text(content, "outcome")
        .and_then(|word| State::named(&word.trim().to_lowercase().replace([' ', '_'], "-")));
    Ok(Deed::Outcome {
        outcome: outcome.ok_or("outcome")?,
        occurred: content.occurred,
        returns: content.fields.get("returns").and_then(moment),
        note,
        by: Some(by),
    })
}

fn debrief(content: &Content, (by, note): (By, Option<Note>)) -> Deed {
    let complaints = match content.fields.get("complaints") {
        Some(Value::Integer(count)) => u16::try_from(*count).unwrap_or(u16::MAX),
        Some(Value::List(listed)) => u16::try_from(listed.len()).unwrap_or(u16::MAX),
        Some(_) | None => 0,
    };
    let right = match content.fields.get("right") {
        Some(Value::Boolean(right)) => Some(*right),
        Some(_) | None => None,
    };
    Deed::Debrief { right, complaints, note, by: Some(by) }
}

fn text<'a>(content: &'a Content, field: &str) -> Option<&'a str> {
    content.fields.get(field).and_then(Value::text)
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Moment(moment) => Some(*moment),
        Value::Text(text) => text.parse().ok(),
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Boolean(_)
        | Value::Money(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}
