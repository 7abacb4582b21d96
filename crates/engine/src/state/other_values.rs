//! What further sources say of a field that another source's value counts for. A strategy says which source
//! may set a field, and what it may be is known only when a rule asks: so the best value of each source is
//! kept, and one that may not set a field hides nothing.

use domain::Text;

use super::field::Field;
use crate::effects::add;

/// Whose field it is.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, minicbor::Encode, minicbor::Decode,
)]
#[cbor(index_only)]
pub enum FieldOf {
    /// The person's.
    #[n(0)]
    Person,
    /// The account's.
    #[n(1)]
    Account,
}

/// A value beside the one that counts.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub(super) struct OtherValue {
    #[n(0)]
    pub(super) of: FieldOf,
    #[n(1)]
    pub(super) name: Text,
    #[n(2)]
    pub(super) field: Field,
}

/// Values beside those that count, by whose field it is, name and source. Most nodes have none.
#[derive(Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub(super) struct OtherValues(#[n(0)] Vec<OtherValue>);

impl OtherValues {
    /// The values of a field.
    pub(super) fn of(&self, of: FieldOf, name: &str) -> impl Iterator<Item = &Field> {
        let first = self.0.partition_point(|other| (other.of, other.name.as_str()) < (of, name));
        let same =
            self.0[first..].iter().take_while(move |other| other.of == of && other.name == *name);
        same.map(|other| &other.field)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &OtherValue> {
        self.0.iter()
    }

    /// For how many there is room.
    pub(super) const fn capacity(&self) -> usize {
        self.0.capacity()
    }

    /// Takes values in. Of two of one source `replaces(old, new)` says whether the later stays.
    pub(super) fn take_in(
        &mut self,
        others: Vec<OtherValue>,
        replaces: impl Fn(&Field, &Field) -> bool,
    ) {
        if others.is_empty() {
            return;
        }
        add(&mut self.0, others);
        if self.0.is_sorted_by(|one, next| key(one) < key(next)) {
            return;
        }
        // Sorted once, and in their order where they are of one source: they may be many.
        self.0.sort_by(|one, other| key(one).cmp(&key(other)));
        self.0.dedup_by(|new, old| {
            let same = key(new) == key(old);
            if same && replaces(&old.field, &new.field) {
                std::mem::swap(new, old);
            }
            same
        });
    }
}

fn key(other: &OtherValue) -> (FieldOf, &str, &str, bool) {
    (other.of, &other.name, other.field.source.as_str(), other.field.vouched)
}
