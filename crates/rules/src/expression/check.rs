//! Whether an expression may use its names where it stands, and whether its types fit; texts that
//! stand for moments and lengths of time become them.

use notation::{Diagnostic, Diagnostics, Span, Spanned, nearest};

use super::infer::{Because, Conflict, Graph};
use super::tree::{Expr, Piece, TouchQuery};
use super::typing::{self, Type, TypeSet};
use super::uses::Types;
use crate::name::{Field, Name, Own, OwnerName, Root};

/// Where an expression stands: which names it may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Context {
    /// In a score: before there is one.
    Scoring,
    /// In the readiness table.
    Readiness,
    /// In a fence.
    Fence,
    /// In a route.
    Route,
    /// In the segment of a playbook.
    Segment,
    /// In a pool's condition, about each member.
    Pool,
    /// In a score's filter, about each signal.
    Filter,
}

impl Context {
    const fn allows(self, root: Root) -> bool {
        match root {
            Root::Person | Root::Account | Root::Lead | Root::Consent => true,
            Root::Score => !matches!(self, Self::Scoring | Self::Filter),
            // The handoff that a pool is asked for is open, and nobody has it yet.
            Root::Handoff => matches!(self, Self::Readiness | Self::Segment | Self::Pool),
            Root::Owner => matches!(self, Self::Readiness | Self::Segment),
            Root::Member => matches!(self, Self::Pool),
            Root::Signal => matches!(self, Self::Filter),
        }
    }
}

/// What is asked of an expression.
pub(crate) struct Asked<'a> {
    pub(crate) context: Context,
    /// The kind of the signals that a filter is asked of.
    pub(crate) kind: Option<&'a str>,
    pub(crate) wanted: TypeSet,
    /// What it is taken for where nothing else says so.
    pub(crate) prefers: TypeSet,
}

/// Checks an expression, or takes it in where types are gathered still. `place` finds the place in
/// the file of a stretch of the expression, `choose` takes one of what the whole may be.
pub(super) fn check(
    piece: &mut Piece,
    asked: &Asked<'_>,
    types: &mut Types,
    place: &dyn Fn(usize, usize) -> Span,
    choose: &dyn Fn(TypeSet) -> TypeSet,
    out: &mut Diagnostics,
) -> TypeSet {
    let mut graph = Graph::of(piece, asked.kind, types);
    graph.want(asked.wanted);
    let span = |(start, end): (u32, u32)| place(start as usize, end as usize);
    if types.is_gathering() {
        let spans = graph.uses.iter().map(|one| span(graph.places[one.node])).collect();
        types.gather(graph, spans, asked.prefers);
        return TypeSet::ALL;
    }
    let mut names = NamesCheck { context: asked.context, types, place, out };
    names.piece(piece, asked.kind.is_some());
    let mut conflicts = graph.solve(&|key| types.known(key));
    let chosen = choose(graph.sets[graph.root]);
    if chosen != graph.sets[graph.root] && !chosen.is_empty() {
        graph.want(chosen);
        conflicts = graph.solve(&|key| types.known(key));
    }
    for conflict in conflicts {
        out.push(told(&conflict, &graph, piece, types, &span));
    }
    convert(piece, &graph);
    graph.sets[graph.root]
}

/// Texts that are a moment or a length of time become one.
fn convert(piece: &mut Piece, graph: &Graph) {
    if let Expr::Text(text) = &piece.expr {
        let made = match graph.text_at(piece.start).settled() {
            Type::Moment => typing::moment(text).map(Expr::Moment),
            Type::Time => typing::length(text).map(Expr::Time),
            Type::Boolean | Type::Number | Type::Text | Type::Money | Type::List | Type::Any => {
                None
            }
        };
        if let Some(made) = made {
            piece.expr = made;
        }
    }
    piece.each_part(&mut |part| convert(part, graph));
}

/// A conflict in words.
fn told(
    conflict: &Conflict,
    graph: &Graph,
    whole: &Piece,
    types: &Types,
    span: &dyn Fn((u32, u32)) -> Span,
) -> Diagnostic {
    let Conflict { wanted, found, because, owner, left, right } = *conflict;
    let mut at = graph.places[right];
    let expected = || format!("{} is expected, and this is {}", wanted.says(), found.says());
    let says = match because {
        Because::Wanted | Because::Alternatives => expected(),
        Because::Compared => format!("{} never compares with {}", wanted.says(), found.says()),
        Because::Ordered(compare) => {
            format!("`{}` asks which is more, and {} has no order", compare.as_str(), found.says())
        }
        Because::Items => "a list holds values of one type".to_owned(),
        Because::InList => format!("`in` asks for a list, and this is {}", found.says()),
        Because::Sized => {
            format!("`size` asks for a text or a list, and this is {}", found.says())
        }
        Because::Computed => {
            at = graph.places[owner];
            format!("{} and {} do not compute", wanted.says(), found.says())
        }
    };
    let literal = piece_at(whole, at);
    let here = span(at);
    let told = Diagnostic::error("expression-type", here, says);
    let told = told.help(help(because, wanted, found, literal));
    // The first of the sides that is a field says where it got its type.
    let sides = [left, Some(right)].into_iter().flatten();
    let of_sides = sides.filter_map(|side| graph.uses.iter().find(|one| one.node == side));
    let mut elsewhere = of_sides.filter_map(|one| types.said_at(&one.key, here));
    match elsewhere.next() {
        Some((first, says)) => told.elsewhere(first, says),
        None => told,
    }
}

fn piece_at(piece: &Piece, place: (u32, u32)) -> &Piece {
    let inside = |part: &&Piece| part.start <= place.0 && place.1 <= part.end;
    match piece.parts().into_iter().find(inside) {
        Some(part) if (piece.start, piece.end) != place => piece_at(part, place),
        _ => piece,
    }
}

/// How to mend a conflict.
fn help(because: Because, wanted: TypeSet, found: TypeSet, piece: &Piece) -> String {
    let wanted = match because {
        Because::Ordered(_) => Type::Number,
        Because::InList => {
            return "write a list like [\"DE\", \"AT\"], or the name of a file in lists/"
                .to_owned();
        }
        Because::Wanted
        | Because::Compared
        | Because::Alternatives
        | Because::Items
        | Because::Sized
        | Because::Computed => wanted.settled(),
    };
    let says = match (wanted, found.settled(), &piece.expr) {
        (Type::Number, Type::Text, Expr::Text(text))
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            return format!("write {text} without quotes");
        }
        (Type::Text, Type::Number, Expr::Number(number)) => return format!("write \"{number}\""),
        (Type::Money, Type::Number, _) => "write an amount like money(\"250000\", \"EUR\")",
        (Type::Time, _, _) => "write a length of time like \"7d\" or \"90m\"",
        (Type::Moment, _, _) => {
            "write a moment like \"2026-11-20T13:38:00Z\" or a date like \"2026-11-20\""
        }
        (Type::Boolean, _, _) => "compare it with something, as in `score.total >= 60`",
        (Type::List, Type::Text, _) => "ask with `in`, as in `\"x\" in account.tags`",
        (Type::Number | Type::Text | Type::Money | Type::List | Type::Any, _, _) => {
            "compare values of one type; a number stands without quotes"
        }
    };
    says.to_owned()
}

/// Whether a piece is the country of a person, an account or a lead.
pub(super) fn is_country(piece: &Piece) -> bool {
    matches!(&piece.expr, Expr::Field(Field::Of(name)) if name.path() == "country")
}

/// Whether every name may stand here.
struct NamesCheck<'a> {
    context: Context,
    types: &'a mut Types,
    place: &'a dyn Fn(usize, usize) -> Span,
    out: &'a mut Diagnostics,
}

impl NamesCheck<'_> {
    fn piece(&mut self, piece: &Piece, filtering: bool) {
        self.kinds(piece);
        self.countries(piece);
        match &piece.expr {
            Expr::Field(field) => self.field(field, self.span(piece), filtering),
            Expr::Has(inner) => self.has(inner, filtering),
            Expr::Touches(touches) => {
                if let TouchQuery::Last(Own::Field(path)) = &touches.what {
                    let span = self.span(piece);
                    self.types.own_fields.entry(path.clone()).or_insert(span);
                }
                if let Some(filter) = &touches.filter {
                    self.piece(filter, true);
                }
            }
            Expr::Boolean(_)
            | Expr::Number(_)
            | Expr::Text(_)
            | Expr::Money(_)
            | Expr::Moment(_)
            | Expr::Time(_)
            | Expr::List(_)
            | Expr::Named(_)
            | Expr::Now
            | Expr::Not(_)
            | Expr::Negate(_)
            | Expr::All(_)
            | Expr::Any(_)
            | Expr::Compare(..)
            | Expr::In(..)
            | Expr::Compute(..)
            | Expr::Choose(..)
            | Expr::OrElse(..)
            | Expr::Part(..)
            | Expr::Matches(..)
            | Expr::Lower(_)
            | Expr::Size(_)
            | Expr::AsMoney(_) => {
                piece.parts().into_iter().for_each(|part| self.piece(part, filtering));
            }
        }
    }

    /// Takes down the kinds of signals that a piece names.
    fn kinds(&mut self, piece: &Piece) {
        let is_kind = |piece: &Piece| {
            matches!(
                piece.expr,
                Expr::Field(Field::Of(Name::Lead(Own::Kind)) | Field::Signal(Own::Kind))
            )
        };
        if let Expr::Touches(touches) = &piece.expr {
            let span = self.span(piece);
            self.types.kinds.push(Spanned::new(touches.kind.clone(), span));
        }
        let mut texts = Vec::new();
        if let Expr::Compare(_, one, other) = &piece.expr
            && (is_kind(one) || is_kind(other))
        {
            texts = vec![&**one, &**other];
        } else if let Expr::In(item, list) = &piece.expr
            && is_kind(item)
        {
            texts = list.parts();
        }
        for text in texts {
            if let Expr::Text(kind) = &text.expr {
                let span = self.span(text);
                self.types.kinds.push(Spanned::new(kind.clone(), span));
            }
        }
    }

    /// Takes down what a country is compared with.
    fn countries(&mut self, piece: &Piece) {
        let texts = match &piece.expr {
            Expr::Compare(_, one, other) if is_country(one) || is_country(other) => {
                vec![&**one, &**other]
            }
            Expr::In(item, list) if is_country(item) => {
                if let Expr::Named(list) = &list.expr {
                    self.types.country_lists.insert(list.name.clone());
                }
                list.parts()
            }
            _ => return,
        };
        for text in texts {
            if let Expr::Text(country) = &text.expr {
                let span = self.span(text);
                self.types.countries.push(Spanned::new(country.clone(), span));
            }
        }
    }

    fn has(&mut self, inner: &Piece, filtering: bool) {
        let asks = match &inner.expr {
            Expr::Field(_) => true,
            Expr::Touches(touches) => {
                matches!(touches.what, TouchQuery::Last(_) | TouchQuery::LastMoment)
            }
            _ => false,
        };
        if !asks {
            let says = "`has` asks for a field";
            let told = Diagnostic::error("expression-type", self.span(inner), says);
            self.out.push(told.help("write it like `has(account.employees)`"));
        }
        self.piece(inner, filtering);
    }

    fn field(&mut self, field: &Field, span: Span, filtering: bool) {
        let root = field.root();
        if root == Root::Signal {
            if !filtering {
                let help = "use it in a filter, as in count(\"page.viewed\", \"7d\", signal.path == \"/\"); `lead` is the signal that is decided for";
                let says = "`signal` is not known here";
                self.out.push(Diagnostic::error("name-unknown", span, says).help(help));
            }
        } else if !self.context.allows(root) {
            let says = format!("`{}` is not known here", root.as_str());
            let help = match (root, self.context) {
                (Root::Member, _) => "only a pool's `members` ask of members",
                (Root::Handoff | Root::Owner, Context::Fence | Context::Route | Context::Pool) => {
                    "nobody has the lead while its owner is looked for; readiness.yaml can ask for it"
                }
                _ => "a score is counted before there is anything of this",
            };
            self.out.push(Diagnostic::error("name-unknown", span, says).help(help));
        }
        if matches!(root, Root::Person | Root::Account | Root::Consent) {
            let plain = match field {
                Field::Of(Name::Claimed(claim)) => Field::Of(claim.name()),
                Field::Of(_) | Field::Member(_) | Field::Signal(_) => field.clone(),
            };
            self.types.places.entry(plain).or_insert(span);
        }
        if let Field::Of(Name::Lead(Own::Field(path))) | Field::Signal(Own::Field(path)) = field {
            self.types.own_fields.entry(path.clone()).or_insert(span);
        }
        if let Field::Of(Name::Owner(OwnerName::Column(column))) | Field::Member(column) = field {
            self.column(field, column, span);
        }
    }

    fn column(&mut self, field: &Field, column: &str, span: Span) {
        self.types.asked_columns.insert(column.to_owned());
        let Some(columns) = self.types.columns() else { return };
        if columns.contains_key(column) {
            self.out.mark_used("column", column);
            return;
        }
        let root = field.root().as_str();
        let known: Vec<&str> = columns.keys().map(String::as_str).collect();
        let near = nearest(column, known.iter().copied());
        let help = near.map_or_else(
            || format!("known: {}", known.join(", ")),
            |near| format!("did you mean `{root}.{near}`?"),
        );
        let says = format!("`{field}` is not known");
        let told = Diagnostic::error("name-unknown", span, says).help(help);
        self.out.push(told.missing("column", column));
    }

    fn span(&self, piece: &Piece) -> Span {
        (self.place)(piece.start as usize, piece.end as usize)
    }
}
