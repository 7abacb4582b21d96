//! Outcomes and debriefs that an import brings in: what people say came of a handoff.

use crank::{Crank, CrankError};
use domain::fact::{By, Note};
use domain::handoff::{Actor, State};
use domain::signal::{Content, SourceName};
use domain::{HandoffId, Moment, Value};
use engine::event::Deed;
use store::sqlite::SqliteStore;
use store::{IdKind, Read};

use connectors::import::map::{DEBRIEF_KIND, OUTCOME_KIND};

/// Whether a signal says what came of a handoff.
pub(super) fn speaks_of_a_handoff(content: &Content) -> bool {
    matches!(content.kind.as_str(), OUTCOME_KIND | DEBRIEF_KIND)
}

/// Records it, within an open group; whether it fits the handoff as it stands.
pub(super) fn record(
    crank: &mut Crank<SqliteStore>,
    source: &SourceName,
    content: &Content,
    now: Moment,
) -> Result<bool, CrankError> {
    let Some(handoff) = handoff_of(crank, content)? else { return Ok(false) };
    let Some(deed) = deed(content, crank.said(source, content)) else { return Ok(false) };
    match crank.act(handoff, &deed, Actor::Operator, now) {
        Ok(_) => Ok(true),
        Err(CrankError::Refused(_) | CrankError::NoStrategy | CrankError::NoHandoff(_)) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

fn handoff_of(
    crank: &Crank<SqliteStore>,
    content: &Content,
) -> Result<Option<HandoffId>, CrankError> {
    let typed = content.fields.get("handoff").and_then(Value::text).unwrap_or_default();
    let Ok(prefix) = HandoffId::prefix(typed.trim()) else { return Ok(None) };
    let found = crank.store().matching(IdKind::Handoff, &prefix, 2)?;
    Ok(match found.as_slice() {
        [one] => Some(HandoffId::from_bytes(*one)),
        _ => None,
    })
}

fn deed(content: &Content, (by, note): (By, Option<Note>)) -> Option<Deed> {
    let field = |name: &str| content.fields.get(name);
    let text = |name: &str| field(name).map(ToString::to_string);
    let by = Some(by);
    if content.kind == DEBRIEF_KIND {
        // A field of type boolean, or a word.
        let right = text("right").and_then(|word| match word.trim().to_lowercase().as_str() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        });
        let complaints = field("complaints").and_then(Value::decimal);
        let complaints = complaints.and_then(|count| u16::try_from(count).ok()).unwrap_or(0);
        return Some(Deed::Debrief { right, complaints, note, by });
    }
    let outcome = text("outcome")?.trim().to_lowercase().replace([' ', '_'], "-");
    let outcome = State::named(&outcome)?;
    let returns = match field("returns") {
        Some(Value::Moment(moment)) => Some(*moment),
        Some(_) | None => None,
    };
    Some(Deed::Outcome { outcome, occurred: content.occurred, returns, note, by })
}
