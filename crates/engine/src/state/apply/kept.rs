//! Which of the values that signals bring are kept of a node: of each source the best.

use std::sync::Arc;

use domain::signal::Content;
use domain::{AccountId, ByName, Text, Value};
use unicode_normalization::UnicodeNormalization;

use super::super::field::{Field, FieldOrigin};
use super::super::node::Node;
use super::super::other_values::{FieldOf, OtherValue, OtherValues};
use crate::identity::is_invisible;

/// Takes in what a signal says of the person and the account, and which consents it brings.
pub(super) fn take_fields(node: &mut Node, content: &Content, origin: &Arc<FieldOrigin>) {
    let named = |prefix: &'static str| {
        let fields = content.fields.iter();
        fields.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    };
    let with_origin = |(name, value)| (name, field(cleaned(value), origin));
    for (of, prefix) in [(FieldOf::Person, "person."), (FieldOf::Account, "account.")] {
        let Kept { here, known, others } = kept(node, of);
        let better = |old: &Field, new: &Field| is_better((of, here), old, new);
        let beaten = named(prefix).filter_map(|(name, value)| {
            let old = known.get(name).filter(|old| !old.is_like(origin))?;
            Some(beside((of, here), name, old, field(cleaned(value), origin)))
        });
        let beaten: Vec<OtherValue> = beaten.collect();
        known.take_in(named(prefix).map(with_origin), better);
        others.take_in(beaten, better);
    }
    let consents = named("consent.").filter(|(_, said)| matches!(said, Value::Boolean(_)));
    // Consent is the person's own word: whoever passes it on, the last one counts.
    node.consents.take_in(consents.map(with_origin), |old, new| {
        (old.moment, old.known) <= (new.moment, new.known)
    });
}

/// Keeps one value that identifiers say.
pub(super) fn keep(node: &mut Node, of: FieldOf, name: &'static str, new: Field) {
    let Kept { here, known, others } = kept(node, of);
    let better = |old: &Field, new: &Field| is_better((of, here), old, new);
    match known.get_mut(name) {
        Some(old) if old.is_like(&new) => {
            if better(old, &new) {
                *old = new;
            }
        }
        Some(old) => {
            let beaten = beside((of, here), name, old, new.clone());
            if better(old, &new) {
                *old = new;
            }
            others.take_in(vec![beaten], better);
        }
        None => {
            known.insert(name, new);
        }
    }
}

/// A value of a signal.
pub(super) fn field(value: Value, origin: &Arc<FieldOrigin>) -> Field {
    Field { value, origin: Arc::clone(origin) }
}

/// What a node keeps of a person or of an account.
struct Kept<'a> {
    /// The account that the node is a member of.
    here: Option<AccountId>,
    known: &'a mut ByName<Field>,
    others: &'a mut OtherValues,
}

const fn kept(node: &mut Node, of: FieldOf) -> Kept<'_> {
    let known = match of {
        FieldOf::Person => &mut node.person_fields,
        FieldOf::Account => &mut node.account_fields,
    };
    Kept { here: node.account, known, others: &mut node.others }
}

/// Of two values of different sources the one that counts less: it stays beside the other.
fn beside(of: (FieldOf, Option<AccountId>), name: &str, old: &Field, new: Field) -> OtherValue {
    let field = if is_better(of, old, &new) { old.clone() } else { new };
    OtherValue { of: of.0, name: name.into(), field }
}

/// Whether the later of two values counts. What is said of the company that the node is at counts for more
/// than what is said of another; then what a source vouches for, then what was so last, and of two at one
/// moment what arrived last.
fn is_better((of, here): (FieldOf, Option<AccountId>), old: &Field, new: &Field) -> bool {
    let worth = |field: &Field| {
        let of_here = field.company.is_none() || field.company == here;
        (of == FieldOf::Person || of_here, field.weight())
    };
    worth(old) <= worth(new)
}

/// Text without what cannot be seen, in NFC; everything else as it is.
pub(super) fn cleaned(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(fold_text(text)),
        Value::List(values) => Value::List(values.iter().map(cleaned).collect()),
        Value::Record(fields) => Value::Record(
            fields.iter().map(|(name, value)| (name.clone(), cleaned(value))).collect(),
        ),
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Boolean(_)
        | Value::Moment(_)
        | Value::Money(_) => value.clone(),
    }
}

fn fold_text(text: &Text) -> Text {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.clone();
    }
    let visible: String = text.nfc().filter(|character| !is_invisible(*character)).collect();
    visible.into()
}
