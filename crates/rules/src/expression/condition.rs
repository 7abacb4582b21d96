//! A condition or a value as a strategy holds it: read, checked, and lowered to comparisons.

use std::borrow::Cow;

use domain::{Fields, Value};
use notation::{Diagnostic, Diagnostics, Node, Sources, Span};

use super::check::{Asked, Context, check};
use super::evaluate::{Evaluated, View};
use super::explain;
use super::frame::Frame;
use super::names::{Logic, Names};
use super::parse;
use super::proof::{self, Budget};
use super::tree::{Expr, Piece};
use super::typing::{Type, TypeSet};
use super::uses::Types;
use crate::lists::Lists;
use crate::name::{Field, Name, Points};
use crate::scene::{Scene, Truth};

/// Everything that reading an expression needs.
pub(crate) struct Compile<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) lists: &'a Lists,
    pub(crate) names: &'a mut Names,
    pub(crate) types: &'a mut Types,
    /// What may still be proven.
    pub(crate) budget: &'a mut Budget,
    pub(crate) out: &'a mut Diagnostics,
}

/// Something that holds, does not hold, or cannot be told.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    span: Span,
    piece: Piece,
    /// What must hold together, in order.
    conjuncts: Vec<Piece>,
    asks: Vec<Name>,
    /// The slots of those names, where signals that they are known from are evidence.
    evidence: Box<[u32]>,
    logic: Box<[Logic]>,
}

/// Something with a value.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    span: Span,
    piece: Piece,
    of: TypeSet,
    slot: u32,
}

impl Condition {
    /// Reads a condition from a scalar; none where it cannot be read. Types that do not fit are told
    /// and the condition is there.
    pub(crate) fn read(node: &Node, context: Context, to: &mut Compile<'_>) -> Option<Self> {
        Self::read_of(node, context, None, to)
    }

    /// Reads a condition about each signal of a kind.
    pub(crate) fn read_filter(node: &Node, kind: &str, to: &mut Compile<'_>) -> Option<Self> {
        Self::read_of(node, Context::Filter, Some(kind), to)
    }

    fn read_of(
        node: &Node,
        context: Context,
        kind: Option<&str>,
        to: &mut Compile<'_>,
    ) -> Option<Self> {
        let (text, mut piece) = read(node, to)?;
        let sources = to.sources;
        let place = |start, end| node.place_of(sources, start, end);
        let wanted = TypeSet::of(Type::Boolean);
        let asked = Asked { context, kind, wanted, prefers: TypeSet::ALL };
        let before = to.out.errors();
        check(&mut piece, &asked, to.types, &place, &|of| of, to.out);
        if to.out.errors() == before && !to.types.is_gathering() {
            proof::tell(&piece, &text, &place, to.budget, to.out);
        }
        let conjuncts = match &piece.expr {
            Expr::All(parts) => parts.clone(),
            _ => vec![piece.clone()],
        };
        let lower = |part| match context {
            // These are asked of each member or signal; a frame has no slot for them.
            Context::Pool | Context::Filter => Logic::Always(Truth::Unknown),
            Context::Scoring
            | Context::Readiness
            | Context::Fence
            | Context::Route
            | Context::Segment => to.names.lower(part, &text),
        };
        let logic = conjuncts.iter().map(lower).collect();
        let asks = names(&piece);
        let evidence = match context {
            Context::Scoring => asks.iter().map(|name| to.names.evidence(name)).collect(),
            Context::Readiness
            | Context::Fence
            | Context::Route
            | Context::Segment
            | Context::Pool
            | Context::Filter => Box::default(),
        };
        Some(Self { text, span: node.span, piece, conjuncts, asks, evidence, logic })
    }

    /// Whether it holds, by comparisons alone.
    pub fn holds_in(&self, frame: &Frame<'_>) -> Truth {
        frame.judge(&self.logic).0
    }

    /// Whether it holds, and which conjunct is the first that does not; [`u16::MAX`] where all do.
    pub fn judge(&self, frame: &Frame<'_>) -> (Truth, u16) {
        frame.judge(&self.logic)
    }

    /// The slots of the names that it asks for, where it gives points.
    pub(crate) fn evidence(&self) -> &[u32] {
        &self.evidence
    }

    /// How many conjuncts do not hold, or are unknown.
    pub fn lacking(&self, frame: &Frame<'_>) -> usize {
        self.logic.iter().filter(|part| !frame.holds(part).holds()).count()
    }

    /// Whether it holds of a scene.
    pub fn holds(&self, scene: &dyn Scene) -> Truth {
        View::of(scene).truth(&self.piece)
    }

    /// Whether it holds of a member, by the columns of the team.
    pub fn holds_of(&self, scene: &dyn Scene, member: &Fields) -> Truth {
        View { member: Some(member), ..View::of(scene) }.truth(&self.piece)
    }

    pub(crate) fn view_truth(&self, view: &View<'_>) -> Truth {
        view.truth(&self.piece)
    }

    /// What it looked at, in words: `industry = energy`, `country unknown`.
    pub fn explain(&self, scene: &dyn Scene) -> Vec<String> {
        explain::pieces(&self.piece, &View::of(scene))
    }

    /// What it looked at, in words, about a member of the team.
    pub fn explain_of(&self, scene: &dyn Scene, member: &Fields) -> Vec<String> {
        explain::pieces(&self.piece, &View { member: Some(member), ..View::of(scene) })
    }

    /// What one conjunct looked at, in words.
    pub fn explain_conjunct(&self, conjunct: u16, scene: &dyn Scene) -> Vec<String> {
        let piece = self.conjuncts.get(usize::from(conjunct));
        piece.map_or_else(Vec::new, |piece| explain::pieces(piece, &View::of(scene)))
    }

    /// A conjunct as it was written.
    pub fn conjunct(&self, conjunct: u16) -> &str {
        let piece = self.conjuncts.get(usize::from(conjunct));
        piece.map_or("", |piece| &self.text[piece.start as usize..piece.end as usize])
    }

    /// How many conjuncts it has.
    pub fn conjuncts(&self) -> usize {
        self.conjuncts.len()
    }

    /// The whole as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The names that it asks of a scene, in order, each once.
    pub fn names(&self) -> &[Name] {
        &self.asks
    }

    /// Whether it holds by a claim that it asked for.
    pub fn leans_on_claim(&self, scene: &dyn Scene) -> bool {
        leans_on_claim(&self.asks, scene)
    }

    /// Whether it asks for anything but members.
    pub fn asks_beyond_members(&self) -> bool {
        asks_beyond_members(&self.piece)
    }

    pub(crate) const fn piece(&self) -> &Piece {
        &self.piece
    }
}

impl Expression {
    /// Reads an expression of a type from a scalar.
    pub(crate) fn read(
        node: &Node,
        wanted: Type,
        context: Context,
        to: &mut Compile<'_>,
    ) -> Option<Self> {
        let wanted = TypeSet::of(wanted);
        Self::read_column(node, wanted, TypeSet::ALL, context, &|of| of, to)
    }

    /// Reads the expression of a column, which is one of the wanted types. While types are gathered
    /// it prefers what its cells look like; then its cells choose among what it may be.
    pub(crate) fn read_column(
        node: &Node,
        wanted: TypeSet,
        prefers: TypeSet,
        context: Context,
        choose: &dyn Fn(TypeSet) -> TypeSet,
        to: &mut Compile<'_>,
    ) -> Option<Self> {
        let (text, mut piece) = read(node, to)?;
        let sources = to.sources;
        let place = |start, end| node.place_of(sources, start, end);
        let asked = Asked { context, kind: None, wanted, prefers };
        let before = to.out.errors();
        let of = check(&mut piece, &asked, to.types, &place, choose, to.out);
        if to.out.errors() == before && !to.types.is_gathering() {
            proof::tell(&piece, &text, &place, to.budget, to.out);
        }
        let slot = to.names.value(&piece, &text);
        Some(Self { text, span: node.span, piece, of, slot })
    }

    /// Whether it is the country of somebody.
    pub(crate) fn is_country(&self) -> bool {
        super::check::is_country(&self.piece)
    }

    /// Its value in a scene; none where it is unknown, or a length of time.
    pub fn value(&self, scene: &dyn Scene) -> Option<Value> {
        match View::of(scene).eval(&self.piece) {
            Evaluated::Boolean(boolean) => Some(Value::Boolean(boolean)),
            Evaluated::Number(number) => Some(Value::Decimal(number)),
            Evaluated::Text(text) => Some(Value::Text(text.into())),
            Evaluated::Money(amount, currency) => {
                Some(Value::Money(domain::Money { amount, currency: currency.into_owned() }))
            }
            Evaluated::Moment(moment) => Some(Value::Moment(moment)),
            Evaluated::Values(values) => Some(Value::List(values.into_owned())),
            Evaluated::Unknown
            | Evaluated::Time(_)
            | Evaluated::Pieces(_)
            | Evaluated::Named(_) => None,
        }
    }

    /// Its text in a scene; none where it is unknown or no text.
    pub fn as_text<'a>(&'a self, scene: &'a dyn Scene) -> Option<Cow<'a, str>> {
        match View::of(scene).eval(&self.piece) {
            Evaluated::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it looked at, in words.
    pub fn explain(&self, scene: &dyn Scene) -> Vec<String> {
        explain::pieces(&self.piece, &View::of(scene))
    }

    /// The names that it asks of a scene, in order, each once.
    pub fn names(&self) -> Vec<Name> {
        names(&self.piece)
    }

    /// Whether what it comes to is a claim that it asked for.
    pub fn leans_on_claim(&self, scene: &dyn Scene) -> bool {
        leans_on_claim(&self.names(), scene)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The text that it always is, where nothing else stands in it.
    pub(crate) fn constant_text(&self) -> Option<&str> {
        if let Expr::Text(text) = &self.piece.expr { Some(text) } else { None }
    }

    /// What it is of.
    pub fn of(&self) -> Type {
        self.of.settled()
    }

    /// What it may be of.
    pub(crate) const fn set(&self) -> TypeSet {
        self.of
    }

    /// Whether it asks for what somebody does: the signal, those before, or the points for them.
    pub(crate) fn asks_for_deeds(&self) -> bool {
        asks_for_deeds(&self.piece)
    }

    pub(crate) const fn slot(&self) -> u32 {
        self.slot
    }
}

fn read(node: &Node, to: &mut Compile<'_>) -> Option<(String, Piece)> {
    // `true` is a condition too, and needs no quotes.
    let text = node.word(to.out)?.to_owned();
    match parse::parse(&text, to.lists) {
        Ok(piece) => {
            mark_lists(&piece, to.out);
            Some((text, piece))
        }
        Err(fault) => {
            let span = node.place_of(to.sources, fault.start, fault.end);
            let told = Diagnostic::error(fault.code, span, fault.says).maybe_help(fault.help);
            to.out.push(match fault.missing {
                Some(name) => told.missing("list", &name),
                None => told,
            });
            None
        }
    }
}

/// The lists that an expression uses.
fn mark_lists(piece: &Piece, out: &mut Diagnostics) {
    if let Expr::Named(list) = &piece.expr {
        out.mark_used("list", &list.name);
    }
    piece.parts().into_iter().for_each(|part| mark_lists(part, out));
}

fn names(piece: &Piece) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    piece.names(&mut |name| {
        if !names.contains(name) {
            names.push(name.clone());
        }
    });
    names
}

fn leans_on_claim(names: &[Name], scene: &dyn Scene) -> bool {
    names.iter().any(|name| matches!(name, Name::Claimed(_)) && scene.known(name).claim)
}

fn asks_for_deeds(piece: &Piece) -> bool {
    match &piece.expr {
        Expr::Touches(_) => true,
        Expr::Field(Field::Of(name)) => match name {
            Name::Lead(_) => true,
            Name::Score(points) => *points != Points::Fit,
            Name::Person(_)
            | Name::Account(_)
            | Name::Work(_)
            | Name::Consent(_)
            | Name::Handoff(_)
            | Name::Owner(_)
            | Name::Claimed(_) => false,
        },
        _ => piece.parts().into_iter().any(asks_for_deeds),
    }
}

fn asks_beyond_members(piece: &Piece) -> bool {
    match &piece.expr {
        Expr::Now | Expr::Touches(_) => true,
        Expr::Field(field) => !matches!(field, Field::Member(_)),
        _ => piece.parts().into_iter().any(asks_beyond_members),
    }
}
