//! The types of fields, from declarations and from all uses in a folder together. Sources bring
//! fields, so nothing but a contract or an import map declares them; where nothing does, the types
//! that most uses allow are theirs, and a use that allows none of these is the one that is told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::{Text, Value};
use notation::{Span, Spanned};

use super::infer::{Columns, Graph, Key, Known};
use super::typing::{Type, TypeSet, moment};
use crate::name::{Field, Name, Own};

/// Uses are looked at again at most so many times.
const ROUNDS_MAX: usize = 16;

/// What a contract or a map says of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared {
    pub(crate) of: TypeSet,
    pub(crate) span: Span,
}

/// What is known of types in a folder. It is read twice: first every expression is gathered, then
/// the types of all fields are settled, and then every expression is checked by them.
#[derive(Default, Debug)]
pub(crate) struct Types {
    /// Where fields of people and accounts, and what people agreed to, stand first.
    pub(crate) places: BTreeMap<Field, Span>,
    /// The columns of `team.csv` that conditions ask for.
    pub(crate) asked_columns: BTreeSet<String>,
    /// The kinds of signals that conditions and scores look at, as often as they do.
    pub(crate) kinds: Vec<Spanned<String>>,
    /// The fields of signals that conditions ask for, and where each stands first.
    pub(crate) own_fields: BTreeMap<Text, Span>,
    /// What countries are compared with, wherever that stands.
    pub(crate) countries: Vec<Spanned<String>>,
    /// The lists in which countries are looked up.
    pub(crate) country_lists: BTreeSet<String>,
    /// What contracts and maps say that the field of a country holds.
    pub(crate) held_countries: BTreeSet<String>,
    /// The kinds of signals that the maps of the folder make.
    pub(crate) mapped_kinds: BTreeSet<String>,
    /// The fields that the maps of the folder fill.
    pub(crate) mapped_fields: BTreeSet<String>,
    /// The columns of `team.csv`, where there is one.
    columns: Option<BTreeMap<String, Type>>,
    declared: BTreeMap<Name, Declared>,
    gathered: Option<Vec<Gathered>>,
    fields: BTreeMap<Key, Uses>,
}

/// An expression as it was gathered.
#[derive(Debug)]
struct Gathered {
    graph: Graph,
    /// Where each use of a field stands, in their order.
    spans: Vec<Span>,
    /// What it is taken for where nothing else says so.
    prefers: TypeSet,
}

/// The uses of one field.
#[derive(Debug)]
struct Uses {
    known: Known,
    /// What uses say by themselves, how many say it, and where the first stands.
    said: Vec<(Known, usize, Span)>,
}

impl Columns for Types {
    fn column(&self, name: &str) -> Type {
        let columns = self.columns.as_ref();
        columns.and_then(|columns| columns.get(name)).copied().unwrap_or(Type::Any)
    }
}

impl Types {
    /// Nothing gathered yet.
    pub(crate) fn new(columns: Option<BTreeMap<String, Type>>) -> Self {
        Self { columns, gathered: Some(Vec::new()), ..Self::default() }
    }

    /// Whether expressions are gathered, and nothing is told of them yet.
    pub(crate) const fn is_gathering(&self) -> bool {
        self.gathered.is_some()
    }

    /// The columns of `team.csv`, where there is one.
    pub(crate) const fn columns(&self) -> Option<&BTreeMap<String, Type>> {
        self.columns.as_ref()
    }

    /// Takes down what a contract or a map says of a field, and gives what was said of it before.
    pub(crate) fn declare(&mut self, name: Name, said: Declared) -> Option<Declared> {
        let known = *self.declared.entry(name).or_insert(said);
        (known.span != said.span).then_some(known)
    }

    /// Forgets what is declared of a field in two ways.
    pub(crate) fn disagree(&mut self, name: Name, span: Span) {
        self.declared.insert(name, Declared { of: TypeSet::NONE, span });
    }

    /// Takes an expression in.
    pub(crate) fn gather(&mut self, graph: Graph, spans: Vec<Span>, prefers: TypeSet) {
        if let Some(gathered) = &mut self.gathered {
            gathered.push(Gathered { graph, spans, prefers });
        }
    }

    /// Settles the types of all fields.
    pub(crate) fn settle(&mut self) {
        let mut gathered = self.gathered.take().unwrap_or_default();
        for Gathered { graph, spans, .. } in &mut gathered {
            graph.solve(&|_| Known::NOTHING);
            for (one, span) in graph.uses.iter().zip(spans) {
                let said = graph.said(one);
                let uses = self
                    .fields
                    .entry(one.key.clone())
                    .or_insert_with(|| Uses { known: Known::NOTHING, said: Vec::new() });
                match uses.said.iter_mut().find(|(known, ..)| *known == said) {
                    Some((_, count, _)) => *count += 1,
                    None => uses.said.push((said, 1, *span)),
                }
            }
        }
        let declared = &self.declared;
        for (key, uses) in &mut self.fields {
            uses.known = uses.voted(declared_of(declared, key));
        }
        self.narrow(&mut gathered);
        for one in &mut gathered {
            self.prefer(one);
        }
        self.narrow(&mut gathered);
    }

    /// Takes away what uses that are connected with others leave no room for.
    fn narrow(&mut self, gathered: &mut [Gathered]) {
        for _ in 0..ROUNDS_MAX {
            let mut changed = false;
            for Gathered { graph, .. } in &mut *gathered {
                let settled =
                    |one: &super::infer::Use| self.known(&one.key).whole.types().count() < 2;
                if graph.uses.iter().all(settled) {
                    continue;
                }
                graph.solve(&|key| self.known(key));
                for one in &graph.uses {
                    changed |= self.take(&one.key, graph.said(one));
                }
            }
            if !changed {
                break;
            }
        }
    }

    /// What is open still takes what its column looks like; what is computed with is a number.
    fn prefer(&mut self, gathered: &mut Gathered) {
        let Gathered { graph, prefers, .. } = gathered;
        if *prefers != TypeSet::ALL {
            let mut wanted = graph.clone();
            wanted.want(*prefers);
            if wanted.solve(&|key| self.known(key)).is_empty() {
                *graph = wanted;
            }
        }
        let number = TypeSet::of(Type::Number);
        let computed: Vec<Key> = graph.computed().map(|one| one.key.clone()).collect();
        for key in computed {
            self.take(&key, Known { whole: number, items: TypeSet::ITEMS });
        }
    }

    fn take(&mut self, key: &Key, said: Known) -> bool {
        let Some(uses) = self.fields.get_mut(key) else { return false };
        let before = uses.known;
        let (whole, items) = (before.whole.and(said.whole), before.items.and(said.items));
        if !whole.is_empty() {
            uses.known.whole = whole;
        }
        if !items.is_empty() {
            uses.known.items = items;
        }
        uses.known != before
    }

    /// What a field is.
    pub(crate) fn known(&self, key: &Key) -> Known {
        self.fields.get(key).map_or(Known::NOTHING, |uses| uses.known)
    }

    /// The types of all fields of which something is known.
    pub(crate) fn settled(&self) -> FieldTypes {
        let fields = self.fields.iter().filter(|(_, uses)| uses.known.whole != TypeSet::VALUES);
        let settled = fields.filter_map(|(key, uses)| {
            let (_, _, span) = uses.said.first()?;
            let (name, kind) = match key {
                Key::Of(name) => (name.clone(), None),
                Key::Signal(kind, path) => {
                    (Name::Lead(Own::Field(path.clone())), Some(kind.clone()))
                }
            };
            let Known { whole: of, items } = uses.known;
            Some(FieldType { name, kind, span: *span, of, items })
        });
        FieldTypes(settled.collect())
    }

    /// Where a field was declared or used as what it is, for a use that takes it otherwise.
    pub(crate) fn said_at(&self, key: &Key, here: Span) -> Option<(Span, String)> {
        let known = self.known(key);
        if let Some(declared) = declared_of(&self.declared, key) {
            return Some((declared.span, format!("it is declared as {}", declared.of.says())));
        }
        let fits = |said: &Known| {
            !known.whole.and(said.whole).is_empty() && said.whole != TypeSet::VALUES
                || said.items != TypeSet::ITEMS
        };
        let uses = self.fields.get(key)?;
        let (said, _, span) =
            uses.said.iter().find(|(said, _, span)| fits(said) && *span != here)?;
        let of = if said.whole == TypeSet::of(Type::List) && said.items != TypeSet::ITEMS {
            format!("a list of which each is {}", said.items.says())
        } else {
            said.whole.says()
        };
        Some((*span, format!("it is {of}")))
    }
}

impl Uses {
    /// The types that most uses allow, within what is declared.
    fn voted(&self, declared: Option<Declared>) -> Known {
        let most = |within: TypeSet, part: fn(&Known) -> TypeSet| {
            let votes = |of: Type| -> usize {
                let allow = self.said.iter().filter(|(said, ..)| part(said).has(of));
                allow.map(|(_, count, _)| *count).sum()
            };
            let most = within.types().map(votes).max().unwrap_or_default();
            let chosen = within.types().filter(|of| votes(*of) == most);
            chosen.fold(TypeSet::NONE, |set, of| set.or(TypeSet::of(of)))
        };
        Known {
            whole: match declared {
                Some(declared) => declared.of,
                None => most(TypeSet::VALUES, |said| said.whole),
            },
            items: most(TypeSet::ITEMS, |said| said.items),
        }
    }
}

/// What is declared of a field; none where two declarations differ. What a contract says of a signal's own field counts for all kinds.
fn declared_of(declared: &BTreeMap<Name, Declared>, key: &Key) -> Option<Declared> {
    let said = match key {
        Key::Of(name) => declared.get(name),
        Key::Signal(_, path) => declared.get(&Name::Lead(Own::Field(path.clone()))),
    };
    said.filter(|said| !said.of.is_empty()).copied()
}

/// What the fields are that a strategy asks for, by all that it says of them.
#[derive(Clone, Debug, Default)]
pub struct FieldTypes(Vec<FieldType>);

/// What a field is.
#[derive(Clone, Debug)]
pub struct FieldType {
    /// The field; that of a signal is named as the lead's.
    pub name: Name,
    /// The kind of signals whose field it is, where it is that of one kind alone.
    pub kind: Option<Text>,
    /// Where it is asked for first.
    pub span: Span,
    of: TypeSet,
    items: TypeSet,
}

impl FieldType {
    /// What it may be.
    pub fn types(&self) -> impl Iterator<Item = Type> {
        self.of.types()
    }

    /// What it may be, with its article, for a sentence.
    pub fn says(&self) -> String {
        self.of.says()
    }

    /// What its items may be, where it is a list.
    pub fn items(&self) -> impl Iterator<Item = Type> {
        self.items.types()
    }

    /// Whether a value is of such a type. A text is a moment where it reads like one.
    pub fn takes(&self, value: &Value) -> bool {
        match value {
            Value::List(items) => {
                self.of.has(Type::List) && items.iter().all(|item| allows(self.items, item))
            }
            value => allows(self.of, value),
        }
    }
}

/// Whether a value that is no list is of one of these types.
fn allows(set: TypeSet, value: &Value) -> bool {
    match value {
        Value::Text(text) => set.has(Type::Text) || set.has(Type::Moment) && moment(text).is_some(),
        Value::Integer(_) | Value::Decimal(_) => set.has(Type::Number),
        Value::Boolean(_) => set.has(Type::Boolean),
        Value::Moment(_) => set.has(Type::Moment),
        Value::Money(_) => set.has(Type::Money),
        Value::List(_) | Value::Record(_) => false,
    }
}

impl FieldTypes {
    /// The fields in the order of their names.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldType> {
        self.0.iter()
    }

    /// The fields whose values are of another type than the strategy takes them for: whatever
    /// compares them is unknown. `kind` is that of the signal that is decided for.
    pub fn unlike<'a, 'v>(
        &'a self,
        kind: &'a str,
        value: impl Fn(&Name) -> Option<Cow<'v, Value>> + 'a,
    ) -> impl Iterator<Item = &'a FieldType> {
        let of_kind =
            move |field: &&FieldType| field.kind.as_ref().is_none_or(|of| of.as_str() == kind);
        let asked = self.0.iter().filter(of_kind);
        asked.filter(move |field| value(&field.name).is_some_and(|value| !field.takes(&value)))
    }
}

impl<'a> IntoIterator for &'a FieldTypes {
    type Item = &'a FieldType;
    type IntoIter = std::slice::Iter<'a, FieldType>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
