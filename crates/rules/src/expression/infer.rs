//! What each piece of an expression may be. A piece begins with the types that it may have by itself;
//! relations between pieces take away what does not fit, until nothing changes.

use std::collections::BTreeSet;

use domain::Text;

use super::tree::{Compare, Compute, Expr, Piece, TouchQuery, Touches};
use super::typing::{COMPUTES, Type, TypeSet, comparable, of_text};
use crate::name::{Field, Name, Own, OwnerName, PersonName};

/// A field whose type is found from its uses and declarations: what sources bring.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Key {
    /// A field of a person, an account or the signal that is decided for.
    Of(Name),
    /// A field of the signals of a kind.
    Signal(Text, Text),
}

/// What a field is: itself, and its items where it is a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    pub(crate) whole: TypeSet,
    pub(crate) items: TypeSet,
}

impl Known {
    pub(crate) const NOTHING: Self = Self { whole: TypeSet::VALUES, items: TypeSet::ITEMS };
}

/// Who knows the types of names that no source brings.
pub(crate) trait Columns {
    /// The type of a column of `team.csv`.
    fn column(&self, name: &str) -> Type;
}

/// A use of a field in an expression.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) key: Key,
    pub(crate) node: usize,
}

/// What must hold between pieces.
#[derive(Clone, Copy, Debug)]
enum Relation {
    Only(usize, TypeSet),
    Alike(usize, usize),
    Computes(Compute, usize, usize, usize),
}

/// Why a relation is there, which says what to tell where it cannot hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Because {
    /// The piece must be of this type.
    Wanted,
    /// The first is compared with the second.
    Compared,
    /// It is asked which is more.
    Ordered(Compare),
    /// Both stand for one value.
    Alternatives,
    /// Both are items of one list.
    Items,
    /// `in` asks for a list.
    InList,
    /// `size` asks for a text or a list.
    Sized,
    /// They are computed.
    Computed,
}

#[derive(Clone, Copy, Debug)]
struct Rule {
    relation: Relation,
    because: Because,
    /// The piece that asks for it; of one piece one conflict is told.
    owner: usize,
}

/// A relation that cannot hold, and what its sides were.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conflict {
    pub(crate) because: Because,
    /// The piece that asks for it.
    pub(crate) owner: usize,
    pub(crate) left: Option<usize>,
    pub(crate) right: usize,
    pub(crate) wanted: TypeSet,
    pub(crate) found: TypeSet,
}

/// The pieces of an expression by number, what each may be, and what relates them.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    base: Vec<TypeSet>,
    pub(crate) sets: Vec<TypeSet>,
    /// The number that stands for the items of a piece, where it may be a list.
    items: Vec<Option<usize>>,
    /// Where each piece stands in the text.
    pub(crate) places: Vec<(u32, u32)>,
    rules: Vec<Rule>,
    pub(crate) uses: Vec<Use>,
    /// Texts that are written out: where they begin, and their numbers.
    texts: Vec<(u32, usize)>,
    pub(crate) root: usize,
}

/// Relations are asked again at most so many times: each round takes a type from some piece.
const ROUNDS_MAX: usize = 64;

impl Graph {
    /// The graph of an expression. `kind` is that of the signals that a filter is asked of.
    pub(crate) fn of(piece: &Piece, kind: Option<&str>, columns: &dyn Columns) -> Self {
        let empty = Self {
            base: Vec::new(),
            sets: Vec::new(),
            items: Vec::new(),
            places: Vec::new(),
            rules: Vec::new(),
            uses: Vec::new(),
            texts: Vec::new(),
            root: 0,
        };
        let mut build = Build { graph: empty, columns };
        build.graph.root = build.piece(piece, kind);
        build.graph
    }

    /// The whole must be one of these.
    pub(crate) fn want(&mut self, wanted: TypeSet) {
        let (root, because) = (self.root, Because::Wanted);
        self.rules.push(Rule { relation: Relation::Only(root, wanted), because, owner: root });
    }

    /// What every piece may be, with what is known of fields; and what cannot be.
    pub(crate) fn solve(&mut self, known: &dyn Fn(&Key) -> Known) -> Vec<Conflict> {
        self.sets.clone_from(&self.base);
        for one in &self.uses {
            let known = known(&one.key);
            self.sets[one.node] = self.sets[one.node].and(known.whole);
            if let Some(items) = self.items[one.node] {
                self.sets[items] = self.sets[items].and(known.items);
            }
        }
        let mut conflicts = Vec::new();
        let mut told = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let mut changed = false;
            for at in 0..self.rules.len() {
                let Rule { relation, because, owner } = self.rules[at];
                if told.contains(&owner) {
                    continue;
                }
                match self.apply(relation) {
                    Ok(narrowed) => changed |= narrowed,
                    Err((left, right, wanted, found)) => {
                        told.insert(owner);
                        conflicts.push(Conflict { because, owner, left, right, wanted, found });
                    }
                }
            }
            if !changed {
                break;
            }
        }
        conflicts
    }

    /// What a use of a field says of it.
    pub(crate) fn said(&self, one: &Use) -> Known {
        let items = self.items[one.node].map_or(TypeSet::ITEMS, |items| self.sets[items]);
        Known { whole: self.sets[one.node], items }
    }

    /// What the text that begins here is.
    pub(crate) fn text_at(&self, start: u32) -> TypeSet {
        let found = self.texts.iter().find(|(known, _)| *known == start);
        found.map_or(TypeSet::TEXT, |(_, node)| self.sets[*node])
    }

    /// The fields that are computed with.
    pub(crate) fn computed(&self) -> impl Iterator<Item = &Use> {
        let sides = self.rules.iter().filter_map(|rule| match rule.relation {
            Relation::Computes(_, left, right, _) => Some([left, right]),
            Relation::Only(..) | Relation::Alike(..) => None,
        });
        let sides: BTreeSet<usize> = sides.flatten().collect();
        self.uses.iter().filter(move |one| sides.contains(&one.node))
    }

    fn apply(
        &mut self,
        relation: Relation,
    ) -> Result<bool, (Option<usize>, usize, TypeSet, TypeSet)> {
        match relation {
            Relation::Only(node, wanted) => {
                self.narrow(node, wanted).ok_or((None, node, wanted, self.sets[node]))
            }
            Relation::Alike(left, right) => {
                let (of_left, of_right) = (self.sets[left], self.sets[right]);
                let conflict = (Some(left), right, of_left, of_right);
                let both = of_left.and(of_right);
                let mut changed = self.narrow(left, both).ok_or(conflict)?;
                changed |= self.narrow(right, both).ok_or(conflict)?;
                if let (Some(one), Some(other)) = (self.items[left], self.items[right])
                    && both.has(Type::List)
                {
                    let both = self.sets[one].and(self.sets[other]);
                    changed |= self.narrow(one, both).ok_or(conflict)?;
                    changed |= self.narrow(other, both).ok_or(conflict)?;
                }
                Ok(changed)
            }
            Relation::Computes(compute, left, right, to) => {
                let (mut lefts, mut rights, mut tos) =
                    (TypeSet::NONE, TypeSet::NONE, TypeSet::NONE);
                for (sign, one, other, comes) in COMPUTES {
                    let fits = sign == compute
                        && self.sets[left].has(one)
                        && self.sets[right].has(other)
                        && self.sets[to].has(comes);
                    if fits {
                        lefts = lefts.or(TypeSet::of(one));
                        rights = rights.or(TypeSet::of(other));
                        tos = tos.or(TypeSet::of(comes));
                    }
                }
                let conflict = (Some(left), right, self.sets[left], self.sets[right]);
                let mut changed = self.narrow(left, lefts).ok_or(conflict)?;
                changed |= self.narrow(right, rights).ok_or(conflict)?;
                changed |= self.narrow(to, tos).ok_or(conflict)?;
                Ok(changed)
            }
        }
    }

    /// Whether that took something away; none where nothing would be left, and it is left as it was.
    fn narrow(&mut self, node: usize, to: TypeSet) -> Option<bool> {
        let narrowed = self.sets[node].and(to);
        if narrowed.is_empty() {
            return None;
        }
        let changed = narrowed != self.sets[node];
        self.sets[node] = narrowed;
        Some(changed)
    }
}

struct Build<'a> {
    graph: Graph,
    columns: &'a dyn Columns,
}

impl Build<'_> {
    fn node(&mut self, piece: &Piece, of: TypeSet) -> usize {
        self.graph.base.push(of);
        self.graph.items.push(None);
        self.graph.places.push((piece.start, piece.end));
        self.graph.base.len() - 1
    }

    /// A node that may be a list, with a node that stands for its items.
    fn listable(&mut self, piece: &Piece, of: TypeSet, items: TypeSet) -> usize {
        let node = self.node(piece, of);
        let items = self.node(piece, items);
        self.graph.items[node] = Some(items);
        node
    }

    fn rule(&mut self, owner: usize, because: Because, relation: Relation) {
        self.graph.rules.push(Rule { relation, because, owner });
    }

    fn want(&mut self, node: usize, of: Type) {
        self.rule(node, Because::Wanted, Relation::Only(node, TypeSet::of(of)));
    }

    /// A part that must be of a type.
    fn wanted(&mut self, piece: &Piece, of: Type, kind: Option<&str>) -> usize {
        let node = self.piece(piece, kind);
        self.want(node, of);
        node
    }

    fn piece(&mut self, piece: &Piece, kind: Option<&str>) -> usize {
        match &piece.expr {
            Expr::Boolean(_) => self.node(piece, TypeSet::of(Type::Boolean)),
            Expr::Number(_) => self.node(piece, TypeSet::of(Type::Number)),
            Expr::Text(text) => {
                let node = self.node(piece, of_text(text));
                self.graph.texts.push((piece.start, node));
                node
            }
            Expr::Money(_) => self.node(piece, TypeSet::of(Type::Money)),
            Expr::Moment(_) | Expr::Now => self.node(piece, TypeSet::of(Type::Moment)),
            Expr::Time(_) => self.node(piece, TypeSet::of(Type::Time)),
            Expr::Named(_) => self.listable(piece, TypeSet::of(Type::List), TypeSet::TEXT),
            Expr::List(items) => self.list(piece, items, kind),
            Expr::Field(field) => self.field(piece, field, kind),
            Expr::Not(inner) => self.unary(piece, inner, Type::Boolean, Type::Boolean, kind),
            Expr::Negate(inner) => self.unary(piece, inner, Type::Number, Type::Number, kind),
            Expr::Matches(inner, _) => self.unary(piece, inner, Type::Text, Type::Boolean, kind),
            Expr::Lower(inner) => self.unary(piece, inner, Type::Text, Type::Text, kind),
            Expr::AsMoney(inner) => self.unary(piece, inner, Type::Money, Type::Money, kind),
            Expr::All(parts) | Expr::Any(parts) => {
                for part in parts {
                    self.wanted(part, Type::Boolean, kind);
                }
                self.node(piece, TypeSet::of(Type::Boolean))
            }
            Expr::Part(_, text, part) => {
                self.wanted(text, Type::Text, kind);
                self.wanted(part, Type::Text, kind);
                self.node(piece, TypeSet::of(Type::Boolean))
            }
            Expr::Compare(compare, left, right) => self.compare(piece, *compare, left, right, kind),
            Expr::In(item, list) => self.within(piece, item, list, kind),
            Expr::Compute(compute, left, right) => {
                let (left, right) = (self.piece(left, kind), self.piece(right, kind));
                let to = self.node(piece, TypeSet::ALL);
                self.rule(to, Because::Computed, Relation::Computes(*compute, left, right, to));
                to
            }
            Expr::Choose(test, yes, no) => {
                self.wanted(test, Type::Boolean, kind);
                self.alternatives(piece, yes, no, kind)
            }
            Expr::OrElse(first, second) => self.alternatives(piece, first, second, kind),
            Expr::Has(inner) => {
                self.piece(inner, kind);
                self.node(piece, TypeSet::of(Type::Boolean))
            }
            Expr::Touches(touches) => self.touches(piece, touches),
            Expr::Size(inner) => {
                let inner = self.piece(inner, kind);
                let sized = TypeSet::TEXT.or(TypeSet::of(Type::List));
                self.rule(inner, Because::Sized, Relation::Only(inner, sized));
                self.node(piece, TypeSet::of(Type::Number))
            }
        }
    }

    fn unary(
        &mut self,
        piece: &Piece,
        inner: &Piece,
        of: Type,
        to: Type,
        kind: Option<&str>,
    ) -> usize {
        self.wanted(inner, of, kind);
        self.node(piece, TypeSet::of(to))
    }

    fn list(&mut self, piece: &Piece, items: &[Piece], kind: Option<&str>) -> usize {
        let list = self.listable(piece, TypeSet::of(Type::List), TypeSet::ITEMS);
        let of_items = self.graph.items[list].expect("a list has items");
        for item in items {
            let item = self.piece(item, kind);
            self.rule(list, Because::Items, Relation::Alike(of_items, item));
        }
        list
    }

    fn compare(
        &mut self,
        piece: &Piece,
        compare: Compare,
        left: &Piece,
        right: &Piece,
        kind: Option<&str>,
    ) -> usize {
        let literal = |piece: &Piece| piece.parts().is_empty() && !is_field(piece);
        let turned = literal(left) && !literal(right);
        let (left, right) = (self.piece(left, kind), self.piece(right, kind));
        let node = self.node(piece, TypeSet::of(Type::Boolean));
        // What is written out is told, rather than what it is compared with.
        let (first, second) = if turned { (right, left) } else { (left, right) };
        self.rule(node, Because::Compared, Relation::Alike(first, second));
        let of = comparable(compare);
        self.rule(node, Because::Ordered(compare), Relation::Only(second, of));
        node
    }

    fn within(&mut self, piece: &Piece, item: &Piece, list: &Piece, kind: Option<&str>) -> usize {
        let (item, list) = (self.piece(item, kind), self.piece(list, kind));
        let node = self.node(piece, TypeSet::of(Type::Boolean));
        self.rule(node, Because::InList, Relation::Only(list, TypeSet::of(Type::List)));
        if let Some(items) = self.graph.items[list] {
            self.rule(node, Because::Compared, Relation::Alike(items, item));
        }
        node
    }

    fn alternatives(
        &mut self,
        piece: &Piece,
        first: &Piece,
        second: &Piece,
        kind: Option<&str>,
    ) -> usize {
        let (first, second) = (self.piece(first, kind), self.piece(second, kind));
        let node = self.listable(piece, TypeSet::ALL, TypeSet::ITEMS);
        self.rule(node, Because::Alternatives, Relation::Alike(node, first));
        self.rule(node, Because::Alternatives, Relation::Alike(node, second));
        node
    }

    fn touches(&mut self, piece: &Piece, touches: &Touches) -> usize {
        let kind = touches.kind.as_str();
        if let Some(filter) = &touches.filter {
            self.wanted(filter, Type::Boolean, Some(kind));
        }
        match &touches.what {
            TouchQuery::Count => self.node(piece, TypeSet::of(Type::Number)),
            TouchQuery::Seen => self.node(piece, TypeSet::of(Type::Boolean)),
            TouchQuery::LastMoment => self.node(piece, TypeSet::of(Type::Moment)),
            TouchQuery::Last(own) => {
                self.own(piece, own, Key::Signal(kind.into(), own.as_str().into()))
            }
        }
    }

    fn own(&mut self, piece: &Piece, own: &Own, key: Key) -> usize {
        match own {
            Own::Kind | Own::Source => self.node(piece, TypeSet::TEXT),
            Own::Field(_) => self.sourced(piece, key),
        }
    }

    fn sourced(&mut self, piece: &Piece, key: Key) -> usize {
        let node = self.listable(piece, TypeSet::VALUES, TypeSet::ITEMS);
        self.graph.uses.push(Use { key, node });
        node
    }

    fn field(&mut self, piece: &Piece, field: &Field, kind: Option<&str>) -> usize {
        match field {
            Field::Of(name) => match name {
                Name::Person(PersonName::Field(_)) | Name::Account(_) => {
                    self.sourced(piece, Key::Of(name.clone()))
                }
                Name::Claimed(claim) => self.sourced(piece, Key::Of(claim.name())),
                Name::Person(
                    PersonName::FreeMail | PersonName::DisposableMail | PersonName::Verified,
                )
                | Name::Consent(_) => self.node(piece, TypeSet::of(Type::Boolean)),
                Name::Lead(own) => self.own(piece, own, Key::Of(name.clone())),
                Name::Work(name) if name.is_member() => self.node(piece, TypeSet::TEXT),
                Name::Score(_) | Name::Work(_) => self.node(piece, TypeSet::of(Type::Number)),
                Name::Handoff(_) | Name::Owner(OwnerName::Id) => self.node(piece, TypeSet::TEXT),
                Name::Owner(OwnerName::Column(column)) => self.column(piece, column),
            },
            Field::Member(column) => self.column(piece, column),
            Field::Signal(own) => {
                let key = Key::Signal(kind.unwrap_or_default().into(), own.as_str().into());
                self.own(piece, own, key)
            }
        }
    }

    /// The items of a column that holds several are texts.
    fn column(&mut self, piece: &Piece, column: &str) -> usize {
        let of = TypeSet::of(self.columns.column(column));
        self.listable(piece, of, TypeSet::TEXT)
    }
}

const fn is_field(piece: &Piece) -> bool {
    matches!(piece.expr, Expr::Field(_) | Expr::Touches(_))
}
