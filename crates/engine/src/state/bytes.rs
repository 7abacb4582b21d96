//! How much memory what is known takes, in bytes: for whoever keeps it while there is room.
//!
//! What is shared is counted where it is held. The figures are sizes of what is allocated, each with
//! what an allocation costs besides.

use std::mem::size_of;

use domain::{ByName, Fields, Text, Value};

use super::account_context::AccountContext;
use super::handoff::{Delivery, Handoff};
use super::node::{Field, FieldOrigin, Node, Touchpoint};

/// What an allocation costs beside what was asked for.
const ALLOCATION: usize = 16;
/// What an entry of a map costs beside its key and value.
const MAP_ENTRY: usize = 24;

impl AccountContext<'_> {
    /// How much memory the account and its nodes take, about.
    pub fn bytes(self) -> usize {
        let nodes: usize = self.nodes().map(|(_, node)| of_node(node)).sum();
        let handoffs: usize = self.handoffs().map(of_handoff).sum();
        let account = self.account();
        let scores: usize = account.scores.len() * (MAP_ENTRY + 2 * ALLOCATION + 512);
        nodes + handoffs + scores + size_of_val(account) + ALLOCATION
    }
}

/// How much memory a signal's fields take, about.
pub fn bytes_of_fields(fields: &Fields) -> usize {
    of_names(fields, of_value)
}

fn of_node(node: &Node) -> usize {
    let touches: usize = node.touchpoints.iter().map(|touch| of_touchpoint(touch)).sum();
    let fields = [&node.person_fields, &node.account_fields, &node.consents];
    let fields: usize = fields.into_iter().map(|fields| of_names(fields, of_field)).sum();
    let keys = node.identifiers.keys();
    let identifiers: usize = keys
        .map(|key| size_of_val(key) + MAP_ENTRY + of_text(&key.scope) + of_text(&key.value))
        .sum();
    let sources: usize = node.sources.values().map(|touch| of_touchpoint(touch) + MAP_ENTRY).sum();
    let counts: usize = node.counts.keys().map(|kind| of_text(kind) + MAP_ENTRY).sum();
    let own = size_of_val(node) + 2 * MAP_ENTRY + ALLOCATION;
    own + touches + sources + counts + fields + identifiers
}

fn of_touchpoint(touch: &Touchpoint) -> usize {
    let texts = [&touch.kind, &touch.origin, &touch.source_id];
    let texts: usize = texts.into_iter().map(of_text).sum();
    // Its place in the list, and itself.
    size_of::<usize>() + ALLOCATION + size_of_val(touch) + texts + bytes_of_fields(&touch.fields)
}

fn of_names<V>(named: &ByName<V>, of: impl Fn(&V) -> usize) -> usize {
    let entries = named.iter();
    entries.map(|(name, value)| size_of::<(Text, V)>() + of_text(name) + of(value)).sum::<usize>()
}

fn of_field(field: &Field) -> usize {
    // Fields of one signal share where they come from; it is counted with each, which is too much.
    of_value(&field.value) + size_of::<FieldOrigin>() + ALLOCATION
}

/// What a value takes beside its place.
fn of_value(value: &Value) -> usize {
    match value {
        Value::Text(text) => of_text(text),
        Value::List(values) => {
            values.iter().map(|value| size_of_val(value) + of_value(value)).sum::<usize>()
                + ALLOCATION
        }
        Value::Record(fields) => bytes_of_fields(fields) + ALLOCATION,
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Boolean(_)
        | Value::Moment(_)
        | Value::Money(_) => 0,
    }
}

/// What a text takes beside its place: short ones stand in it.
fn of_text(text: &Text) -> usize {
    if text.len() <= size_of::<Text>() { 0 } else { text.len() + ALLOCATION }
}

fn of_handoff(handoff: &Handoff) -> usize {
    let deliveries: usize = handoff.deliveries.iter().map(of_delivery).sum();
    // Candidates and contributions of its score and routing are a few dozen small parts.
    size_of_val(handoff) + MAP_ENTRY + 2_048 + deliveries
}

fn of_delivery(delivery: &Delivery) -> usize {
    size_of_val(delivery) + 2 * ALLOCATION + 64
}
