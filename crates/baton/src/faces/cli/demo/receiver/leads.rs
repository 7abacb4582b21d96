//! What the demo's customer system knows of leads: what their deliveries said.

use std::collections::BTreeMap;

use pages::crm::CrmLead;
use serde_json::Value;

/// Leads that a page shows.
const SHOWN_MAX: usize = 200;
/// Characters of a cell.
const CHARACTERS_MAX: usize = 160;

/// Leads by the id of their handoff.
#[derive(Debug, Default)]
pub(super) struct Leads {
    leads: BTreeMap<String, (u64, CrmLead)>,
    /// Orders what came.
    next: u64,
}

impl Leads {
    /// Takes in what a delivery says. What takes another one back has no lead in it, and ends the one that it
    /// names.
    pub(super) fn take(&mut self, body: &[u8]) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let Some(handoff) = body["handoff"].as_str() else { return };
        self.next += 1;
        if let Some(undo) = body["undo"].as_str() {
            if let Some((at, lead)) = self.leads.get_mut(handoff) {
                (*at, lead.state) = (self.next, undo.to_owned());
            }
            return;
        }
        let sends = &body["sends"];
        let known = &sends["handoff"];
        let lead = CrmLead {
            handoff: handoff.to_owned(),
            who: joined(sends, &["person.first_name", "person.last_name"]),
            title: joined(sends, &["person.title"]),
            owner: word(&known["owner"]["id"]),
            state: word(&body["occasion"]),
            route: word(&known["decision"]["route"]),
            why: said(sends, "why-now", 1),
        };
        self.leads.insert(handoff.to_owned(), (self.next, lead));
    }

    /// The newest of them, and how many more there are.
    pub(super) fn newest(&self) -> (Vec<CrmLead>, u64) {
        let mut leads: Vec<&(u64, CrmLead)> = self.leads.values().collect();
        leads.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let more = leads.len().saturating_sub(SHOWN_MAX) as u64;
        leads.truncate(SHOWN_MAX);
        (leads.into_iter().map(|(_, lead)| lead.clone()).collect(), more)
    }
}

/// What the brief says that some fields hold, side by side.
fn joined(sends: &Value, fields: &[&str]) -> String {
    let claims = claims(sends);
    let held = fields.iter().filter_map(|field| {
        let about = |claim: &&Value| claim["evidence"][0]["field"] == *field;
        let text = claims.iter().find(about)?["text"].as_str()?;
        // A sentence about a field has its name, then what it holds in quotation marks.
        let (_name, held) = text.split_once(": ")?;
        Some(held.trim_matches(['\u{201c}', '\u{201d}']))
    });
    shortened(&held.collect::<Vec<_>>().join(" "))
}

fn claims(sends: &Value) -> &[Value] {
    sends["brief"]["claims"].as_array().map_or(&[], Vec::as_slice)
}

/// The first sentences of a section of the brief.
fn said(sends: &Value, section: &str, most: usize) -> String {
    let of_section = claims(sends).iter().filter(|claim| claim["section"] == section);
    let texts: Vec<&str> =
        of_section.filter_map(|claim| claim["text"].as_str()).take(most).collect();
    shortened(&texts.join(", "))
}

fn word(value: &Value) -> String {
    shortened(value.as_str().unwrap_or_default())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
