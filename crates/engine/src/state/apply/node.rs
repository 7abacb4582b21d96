//! What arrived at a node, whose it is, and what passed its checkpoint.

use std::sync::Arc;

use domain::fact::{AccountFound, Again, Basis, Header, Verdict};
use domain::signal::{Content, IdentifierKind, SourceName};
use domain::usual_fields::OWNERS;
use domain::{AccountId, Fields, Moment, NodeId, SignalId, Value};

use super::super::field::FieldOrigin;
use super::super::node::{Anchor, NamedBy, Node, Touchpoint, Waiting};
use super::super::other_values::FieldOf;
use super::super::scratch::Scratch;
use super::fields;
use super::kept::{self, cleaned, field};
use crate::arrived::Arrived;
use crate::identity::{
    Business, Identified, earlier_business, fold_space, identifiers, workplace_by,
};

/// An arrival that was written when the signal was accepted, once its turn comes: until then it is
/// in the journal and in the store's inbox, and nothing is known of it here.
pub(crate) fn arrival(scratch: &mut Scratch<'_>, arrived: &Arrived) {
    let waiting = Waiting {
        source: arrived.source.clone(),
        known: arrived.accepted,
        content: Arc::clone(&arrived.content),
        identified: Some(Arc::clone(&arrived.identified)),
        company: None,
        named: NamedBy::Nothing,
    };
    scratch.arrivals.insert(arrived.signal, waiting);
}

pub(super) fn arrived(
    scratch: &mut Scratch<'_>,
    (node, header): (NodeId, &Header),
    (signal, source): (SignalId, &SourceName),
    again: Option<&Again>,
    content: Option<&Content>,
) {
    let Some(content) = content else {
        // Its key is gone: nothing of it waits for anything.
        scratch.node_mut(node).erased = true;
        return;
    };
    let waiting = Waiting {
        source: source.clone(),
        known: again.map_or(header.moment, |again| again.accepted),
        content: Arc::new(content.clone()),
        identified: None,
        company: None,
        named: NamedBy::Nothing,
    };
    scratch.arrivals.insert(signal, waiting);
}

/// Where a signal was found to belong.
#[derive(Clone, Copy)]
pub(super) struct AccountOf {
    pub(super) account: AccountId,
    pub(super) anchored: Option<bool>,
    pub(super) named: Option<AccountFound>,
    pub(super) as_of: Option<Moment>,
}

pub(super) fn resolved(
    scratch: &mut Scratch<'_>,
    (node, header): (NodeId, &Header),
    signal: SignalId,
    found: AccountOf,
) {
    let arrival = scratch.arrivals.remove(&signal);
    let known = scratch.node_mut(node);
    let AccountOf { account, anchored, named, as_of } = found;
    let was = known.anchor.map(|anchor| anchor.verified);
    known.account = Some(account);
    if let Some(verified) = anchored {
        let basis = named.and_then(|named| named.basis).unwrap_or(Basis::Address);
        // What is taken again was known when it was accepted.
        let moment = as_of.unwrap_or(header.moment);
        let anchor = Anchor { account, verified, moment, basis };
        let was = known.anchor.filter(|was| was.account == account);
        known.anchor = Some(was.map_or(anchor, |was| anchor.with(was)));
    }
    let other = named.and_then(|named| named.other);
    let company = other.or_else(|| known.anchor.map(|anchor| anchor.account));
    if let Some(arrival) = arrival {
        // One that is released has waited since it was held.
        known.waiting.get_or_insert_with(&signal, || arrival);
    }
    if let Some(waiting) = known.waiting.get_mut(&signal) {
        waiting.company = company;
        waiting.named = match (anchored, named) {
            (Some(_), None) => NamedBy::Earlier,
            (Some(_), Some(named)) => named.basis.map_or(NamedBy::Earlier, NamedBy::This),
            (None, _) => NamedBy::Nothing,
        };
    }
    if let Some(verified) = anchored {
        // What somebody says of a company counts by how well it is known that they belong to it.
        if was != Some(verified) {
            fields::rank(scratch, node);
        }
    }
}

/// What passed its checkpoint, with the place of its contract.
pub(super) struct Passed<'a> {
    pub(super) signal: SignalId,
    pub(super) verdict: Verdict,
    pub(super) contract: Option<u16>,
    pub(super) repaired: Option<&'a Content>,
}

pub(super) fn checked(
    scratch: &mut Scratch<'_>,
    (node, header): (NodeId, &Header),
    passed: &Passed<'_>,
) {
    match passed.verdict {
        Verdict::Quarantined => return,
        Verdict::Rejected => {
            scratch.node_mut(node).waiting.remove(&passed.signal);
            return;
        }
        Verdict::Passed | Verdict::Warned | Verdict::Repaired => {}
    }
    let known = scratch.node_mut(node);
    if let Some(waiting) = known.waiting.remove(&passed.signal) {
        let gone = take_in(known, header, passed, waiting);
        scratch.let_go_of(node, gone);
        fields::rank_said(scratch, node, passed.signal);
    }
}

/// The person was erased: what is left has no personal data.
pub(super) fn erase(node: &mut Node) {
    let (account, anchor, apart) = (node.account, node.anchor, node.apart);
    *node = Node { account, anchor, apart, ..Node::new(node.id) };
    node.erased = true;
}

/// Nothing of it is known but where it stays. One that leaves is as if it had never been: it is in nobody's
/// account, so whoever comes to it next finds none of it in memory.
pub(super) fn empty(node: &mut Node, leaves: bool) {
    let new = Node::new(node.id);
    *node = if leaves {
        new
    } else {
        let Node { account, erased, damaged, .. } = *node;
        Node { account, erased, damaged, ..new }
    };
}

/// Takes in what passed; the touch that is too old to be held after it.
fn take_in(
    node: &mut Node,
    header: &Header,
    passed: &Passed<'_>,
    waiting: Waiting,
) -> Option<Arc<Touchpoint>> {
    let content = passed.repaired.unwrap_or(&waiting.content);
    let moment = content.occurred.map_or(waiting.known, |said| said.min(waiting.known));
    let origin = Arc::new(FieldOrigin {
        signal: passed.signal,
        contract: passed.contract,
        strategy: header.strategy,
        repaired: passed.verdict == Verdict::Repaired,
        moment,
        known: waiting.known,
        company: waiting.company,
        source: waiting.source.clone(),
        vouched: content.is_vouched(),
    });
    kept::take_fields(node, content, &origin);
    let read;
    let identified = match &waiting.identified {
        Some(identified) if passed.repaired.is_none() => &**identified,
        Some(_) | None => {
            read = identifiers(&waiting.source, content);
            &read
        }
    };
    know(node, content, identified, &origin);
    know_company(node, content, (identified, waiting.named), &origin);
    let touchpoint = Touchpoint {
        signal: passed.signal,
        moment,
        known: waiting.known,
        source_id: content.source_id.clone(),
        fields: own_fields(content),
        stream: node.stream(waiting.source, (&content.kind, &content.origin)),
    };
    node.touch(Arc::new(touchpoint))
}

/// What the identifiers say of a person beside whose the signal is: an address, a number.
fn know(node: &mut Node, content: &Content, identified: &Identified, origin: &Arc<FieldOrigin>) {
    for key in &identified.keys {
        let known = || field(Value::Text(key.value.clone()), origin);
        match key.kind {
            IdentifierKind::Email => kept::keep(node, FieldOf::Person, "email", known()),
            IdentifierKind::Phone => kept::keep(node, FieldOf::Person, "phone", known()),
            IdentifierKind::ExternalId
            | IdentifierKind::Cookie
            | IdentifierKind::Domain
            | IdentifierKind::Company => {}
        }
        if !node.identifiers.contains_key(key) {
            node.identifiers.insert(key.clone(), origin.signal);
        }
    }
    // A number that cannot be brought to its one form names nobody, and is shown as it was said.
    let has_number = identified.keys.iter().any(|key| key.kind == IdentifierKind::Phone);
    let said = content.subject.iter().find(|given| given.kind == IdentifierKind::Phone);
    if let Some(said) = said
        && !has_number
        && !content.fields.contains_key("person.phone")
    {
        let number = Value::Text(fold_space(&said.value).into());
        kept::keep(node, FieldOf::Person, "phone", field(number, origin));
    }
}

/// The company's domain and name, where the identifiers say them.
fn know_company(
    node: &mut Node,
    content: &Content,
    (identified, named): (&Identified, NamedBy),
    origin: &Arc<FieldOrigin>,
) {
    let workplace = identified.workplace.as_ref();
    let found;
    let business = match named {
        NamedBy::Earlier => {
            found = earlier_business(content);
            found.as_ref()
        }
        // The lists that were in force may have said otherwise than those of the world.
        NamedBy::This(basis) if workplace.is_none_or(|workplace| workplace.basis != basis) => {
            found = workplace_by(content, basis).map(|workplace| workplace.business);
            found.as_ref()
        }
        NamedBy::This(_) | NamedBy::Nothing => workplace.map(|workplace| &workplace.business),
    };
    let mut keep = |name, value| {
        kept::keep(node, FieldOf::Account, name, field(Value::Text(value), origin));
    };
    if let Some(Business::Domain(domain)) = business {
        keep("domain", domain.into());
    }
    let company = content.subject.iter().find(|given| given.kind == IdentifierKind::Company);
    if let Some(company) = company
        && !content.fields.contains_key("account.name")
    {
        keep("name", fold_space(&company.value).into());
    }
}

/// What a signal says of itself: the fields that are of no person, account or consent.
fn own_fields(content: &Content) -> Fields {
    let is_own = |name: &str| !OWNERS.iter().any(|owner| name.starts_with(owner));
    let own = || content.fields.iter().filter(|(name, _)| is_own(name));
    // There is one of these for each touch: it takes the room that it needs.
    let mut fields = Fields::with_capacity(own().count());
    fields.extend(own().map(|(name, value)| (name.clone(), cleaned(value))));
    fields
}
