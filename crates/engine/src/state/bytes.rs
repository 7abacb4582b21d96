//! How much memory what is known takes, in bytes: for whoever keeps it while there is room.
//!
//! The figures are sizes of what is allocated, with the room that lists keep free. What is shared is
//! counted in parts, one for each that holds it. A test compares them with the allocator's.

use std::collections::BTreeMap;
use std::mem::size_of;
use std::sync::Arc;

use domain::fact::{Addressee, Routing, Score};
use domain::handoff::Owner;
use domain::signal::Content;
use domain::{AccountId, ByName, Fields, NodeId, Text, Value};

use super::account::Account;
use super::account_context::AccountContext;
use super::field::Field;
use super::handoff::{Decision, Delivery, Handoff};
use super::node::{Node, TouchStream, Touchpoint, Waiting};
use super::other_values::OtherValue;

/// Counters of what is shared.
const COUNTERS: usize = 2 * size_of::<usize>();
/// The longest text that stands in its place.
const INLINE_BYTES_MAX: usize = 23;
/// Entries that a node of the standard library's ordered map has room for, and what it takes besides.
const TREE_NODE_ENTRIES: usize = 11;
const TREE_NODE_BYTES: usize = 16;
/// Entries that a node has where there are several, about, and its share of the nodes above.
const TREE_NODE_USED: usize = 7;
const TREE_INNER_BYTES: usize = 16;

impl AccountContext<'_> {
    /// How much memory the account and its nodes take, about.
    pub fn bytes(self) -> usize {
        let place = place_in_map::<NodeId>() + COUNTERS;
        let nodes: usize = self.nodes().map(|(_, node)| place + of_node(node)).sum();
        place_in_map::<AccountId>() + COUNTERS + of_account(self.account()) + nodes
    }
}

/// How much memory a signal's fields take, about.
pub fn bytes_of_fields(fields: &Fields) -> usize {
    of_names(fields, of_value)
}

/// How much memory what a signal says takes beside its place, about.
pub fn bytes_of_content(content: &Content) -> usize {
    let texts = [&content.kind, &content.origin, &content.source_id].map(of_text);
    let subject: usize = content.subject.iter().map(|known| of_text(&known.value)).sum();
    let own = texts.into_iter().sum::<usize>() + room(&content.subject);
    own + subject + bytes_of_fields(&content.fields)
}

/// A place in a hash map of what is shared: one in three is free on the average.
const fn place_in_map<K>() -> usize {
    (size_of::<(K, usize)>() + 1) * 3 / 2
}

fn of_account(account: &Account) -> usize {
    let handoffs = account.handoffs.values().map(|known| part(known, of_handoff(known)));
    let scores = account.scores.values().map(|score| part(score, of_score(score)));
    let decisions = account.decisions.values().map(|made| part(made, of_decision(made)));
    let scored = account.scored.as_ref().map_or(0, |(_, score)| part(score, of_score(score)));
    let lists = account.members.bytes() + account.forwards.bytes() + account.suppressed.bytes();
    let shared = account.handoffs.bytes() + account.scores.bytes() + account.decisions.bytes();
    size_of::<Account>()
        + lists
        + shared
        + handoffs.chain(scores).chain(decisions).sum::<usize>()
        + part(&account.field_nodes, of_names(&account.field_nodes, |by| size_of_val(&*by.others)))
        + scored
}

fn of_node(node: &Node) -> usize {
    let touches = node.touchpoints.iter().map(|touch| part(touch, of_touchpoint(touch)));
    let sources = node.sources.values().map(|touch| part(touch, of_touchpoint(touch)));
    let keys = node.identifiers.keys();
    let identifiers = keys.map(|key| of_text(&key.scope) + of_text(&key.value));
    let counts = node.counts.keys().map(of_text);
    let waiting = node.waiting.values().map(of_waiting);
    let fields = [&node.person_fields, &node.account_fields, &node.consents];
    let fields = fields.into_iter().map(|fields| of_names(fields, of_field));
    let others: usize =
        node.others.iter().map(|other| of_text(&other.name) + of_field(&other.field)).sum();
    let others = others + node.others.capacity() * size_of::<OtherValue>();
    let lists = node.touchpoints.bytes() + node.identifiers.bytes() + node.counts.bytes();
    size_of::<Node>()
        + lists
        + others
        + node.waiting.bytes()
        + part(&node.sources, tree(&node.sources) + sources.sum::<usize>())
        + touches.chain(identifiers).chain(counts).chain(waiting).chain(fields).sum::<usize>()
}

fn of_touchpoint(touch: &Touchpoint) -> usize {
    let stream = part(&touch.stream, of_stream(&touch.stream));
    size_of::<Touchpoint>() + of_text(&touch.source_id) + bytes_of_fields(&touch.fields) + stream
}

fn of_stream(stream: &TouchStream) -> usize {
    let texts = [&stream.kind, &stream.source.text(), &stream.origin].map(of_text);
    size_of::<TouchStream>() + texts.into_iter().sum::<usize>()
}

/// What a signal that waits takes beside its place.
fn of_waiting(waiting: &Waiting) -> usize {
    let content = &waiting.content;
    part(content, size_of_val(&**content) + bytes_of_content(content))
}

fn of_names<V>(named: &ByName<V>, of: impl Fn(&V) -> usize) -> usize {
    let held: usize = named.iter().map(|(name, value)| of_text(name) + of(value)).sum();
    named.capacity() * size_of::<(Text, V)>() + held
}

fn of_field(field: &Field) -> usize {
    of_value(&field.value) + part(&field.origin, size_of_val(&*field.origin))
}

/// What a value takes beside its place.
fn of_value(value: &Value) -> usize {
    match value {
        Value::Text(text) => of_text(text),
        Value::List(values) => room(values) + values.iter().map(of_value).sum::<usize>(),
        Value::Record(fields) => bytes_of_fields(fields),
        Value::Money(money) => money.currency.capacity(),
        Value::Integer(_) | Value::Decimal(_) | Value::Boolean(_) | Value::Moment(_) => 0,
    }
}

/// What a text takes beside its place: short ones stand in it.
fn of_text(text: &Text) -> usize {
    if text.len() <= INLINE_BYTES_MAX { 0 } else { COUNTERS + text.len() }
}

fn of_handoff(handoff: &Handoff) -> usize {
    let decision = handoff.decision.as_ref().map_or(0, |made| part(made, of_decision(made)));
    let passed_over: usize = handoff.passed_over.iter().map(|member| of_text(&member.0)).sum();
    let texts = [Some(&handoff.kind), handoff.sla.as_ref()].into_iter().flatten();
    size_of::<Handoff>()
        + part(&handoff.score, of_score(&handoff.score))
        + part(&handoff.routing, of_routing(&handoff.routing))
        + decision
        + room(&handoff.reasons)
        + room(&handoff.passed_over)
        + passed_over
        + handoff.clocks.bytes()
        + handoff.chains.bytes()
        + room(&handoff.deliveries)
        + handoff.deliveries.iter().map(of_delivery).sum::<usize>()
        + texts.map(String::capacity).sum::<usize>()
        + of_owner(&handoff.owner)
        + handoff
            .undo
            .as_ref()
            .map_or(0, |undo| size_of_val(&**undo) + part(&undo.before, of_handoff(&undo.before)))
}

/// What a delivery takes beside its place.
fn of_delivery(delivery: &Delivery) -> usize {
    let undo = delivery.undo.as_deref();
    let undo =
        undo.map_or(0, |undo| size_of_val(undo) + undo.step.capacity() + undo.word.capacity());
    let notice = delivery.notice.as_deref();
    let notice = notice
        .map_or(0, |notice| size_of_val(notice) + notice.told.as_ref().map_or(0, of_addressee));
    delivery.destination.capacity() + undo + notice + of_owner(&delivery.owner)
}

fn of_addressee(told: &Addressee) -> usize {
    match told {
        Addressee::Member(member) => of_text(&member.0),
        Addressee::Channel(channel) => channel.capacity(),
    }
}

fn of_owner(owner: &Owner) -> usize {
    match owner {
        Owner::Engine => 0,
        Owner::Person(member) => of_text(&member.0),
        Owner::Queue(queue) => queue.0.capacity(),
    }
}

fn of_score(score: &Score) -> usize {
    let parts = &score.contributions;
    let evidence = parts.iter().map(|part| room(&part.evidence));
    size_of::<Score>() + room(parts) + evidence.sum::<usize>()
}

fn of_routing(routing: &Routing) -> usize {
    let candidates = &routing.candidates;
    let members: usize = candidates.iter().map(|candidate| of_text(&candidate.member.0)).sum();
    size_of::<Routing>()
        + room(&routing.reasons)
        + routing.pool.as_ref().map_or(0, String::capacity)
        + room(candidates)
        + members
}

fn of_decision(decision: &Decision) -> usize {
    size_of::<Decision>() + room(&decision.reasons)
}

/// The room of a list, without what its items hold.
fn room<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}

/// What one of those who share something accounts for.
fn part<T>(shared: &Arc<T>, bytes: usize) -> usize {
    (COUNTERS + bytes) / Arc::strong_count(shared)
}

/// What an ordered map of the standard library takes, without what keys and values hold.
fn tree<K, V>(map: &BTreeMap<K, V>) -> usize {
    let node = TREE_NODE_ENTRIES * (size_of::<K>() + size_of::<V>()) + TREE_NODE_BYTES;
    match map.len() {
        0 => 0,
        1..=TREE_NODE_ENTRIES => node,
        many => many.div_ceil(TREE_NODE_USED) * (node + TREE_INNER_BYTES),
    }
}
