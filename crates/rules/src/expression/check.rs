//! What type each piece has. Fields of people and accounts are declared nowhere: what they are
//! compared with says what they are, and two uses that differ are an error.

use std::collections::BTreeMap;

use domain::Moment;
use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, Span, nearest};

use super::tree::{Compare, Compute, Expr, Piece, What};
use crate::name::{Field, Name, Own, OwnerName, PersonName, Root};

/// What an expression is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Yes or no.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// An amount in a currency.
    Money,
    /// A moment.
    Moment,
    /// A length of time.
    Time,
    /// Several values.
    List,
    /// Nothing says what.
    Any,
}

impl Type {
    /// The type with its article, for a sentence.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Boolean => "yes or no",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Money => "an amount of money",
            Self::Moment => "a moment",
            Self::Time => "a length of time",
            Self::List => "a list",
            Self::Any => "anything",
        }
    }
}

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
            Root::Signal => false,
        }
    }
}

/// What is known of types so far.
#[derive(Default, Debug)]
pub(crate) struct Types {
    /// What fields of people and accounts were first used as, and where.
    pub(crate) asked: BTreeMap<Field, (Type, Span)>,
    /// Where fields of people and accounts stand first.
    pub(crate) places: BTreeMap<Field, Span>,
    /// The columns of `team.csv`, where there is one.
    pub(crate) columns: Option<BTreeMap<String, Type>>,
}

/// Checks an expression and turns texts that stand for moments and lengths of time into them.
/// `place` finds the place in the file of a stretch of the expression.
pub(super) fn check(
    piece: &mut Piece,
    wanted: Type,
    context: Context,
    types: &mut Types,
    place: &dyn Fn(usize, usize) -> Span,
    out: &mut Diagnostics,
) -> Type {
    let mut checker = Checker { context, types, place, out, filtering: context == Context::Filter };
    checker.want(piece, wanted)
}

struct Checker<'a> {
    context: Context,
    types: &'a mut Types,
    place: &'a dyn Fn(usize, usize) -> Span,
    out: &'a mut Diagnostics,
    filtering: bool,
}

impl Checker<'_> {
    /// The piece must be of that type; an open field becomes it.
    fn want(&mut self, piece: &mut Piece, wanted: Type) -> Type {
        if matches!(wanted, Type::Moment | Type::Time) {
            convert(piece, wanted);
        }
        let found = self.of(piece);
        if found == Type::Any {
            self.narrow(piece, wanted);
        } else if wanted != Type::Any && found != wanted {
            let says = format!("{} is expected, and this is {}", wanted.says(), found.says());
            self.tell("expression-type", piece, says, hint(piece, wanted, found));
        }
        if wanted == Type::Any { found } else { wanted }
    }

    /// Says of an open field what it is.
    fn narrow(&mut self, piece: &Piece, wanted: Type) {
        if wanted == Type::Any {
            return;
        }
        let field = match &piece.expr {
            Expr::Field(field) => field.clone(),
            Expr::OrElse(first, second) => {
                self.narrow(first, wanted);
                return self.narrow(second, wanted);
            }
            Expr::Choose(_, first, second) => {
                self.narrow(first, wanted);
                return self.narrow(second, wanted);
            }
            Expr::Compute(Compute::Times | Compute::Over, first, _) => {
                return self.narrow(first, wanted);
            }
            _ => return,
        };
        let span = self.span(piece);
        let (asked, first) = *self.types.asked.entry(field.clone()).or_insert((wanted, span));
        if asked != wanted {
            let says = format!(
                "`{field}` is used as {} here and as {} elsewhere",
                wanted.says(),
                asked.says()
            );
            let help = "compare it with values of one type; a number stands without quotes";
            let told = Diagnostic::error("expression-type", span, says).help(help);
            self.out.push(told.elsewhere(first, format!("it is {}", asked.says())));
        }
    }

    fn of(&mut self, piece: &mut Piece) -> Type {
        let (start, end) = (piece.start, piece.end);
        match &mut piece.expr {
            Expr::Boolean(_) => Type::Boolean,
            Expr::Number(_) => Type::Number,
            Expr::Text(_) => Type::Text,
            Expr::Money(_) => Type::Money,
            Expr::Moment(_) | Expr::Now => Type::Moment,
            Expr::Time(_) => Type::Time,
            Expr::Named(_) => Type::List,
            Expr::List(items) => {
                let mut of = Type::Any;
                for item in items {
                    let found = self.of(item);
                    if of == Type::Any {
                        of = found;
                    } else if found != of && found != Type::Any {
                        let says = "a list holds values of one type";
                        self.tell("expression-type", item, says, None);
                    }
                }
                Type::List
            }
            Expr::Field(field) => {
                let field = field.clone();
                self.field(&field, start, end)
            }
            Expr::Not(inner) => {
                self.want(inner, Type::Boolean);
                Type::Boolean
            }
            Expr::All(parts) | Expr::Any(parts) => {
                for part in parts {
                    self.want(part, Type::Boolean);
                }
                Type::Boolean
            }
            Expr::Negate(inner) => {
                self.want(inner, Type::Number);
                Type::Number
            }
            Expr::Compare(compare, left, right) => {
                let compare = *compare;
                self.compare(compare, left, right);
                Type::Boolean
            }
            Expr::In(item, list) => {
                self.within(item, list);
                Type::Boolean
            }
            Expr::Compute(compute, left, right) => {
                let compute = *compute;
                self.compute(compute, left, right, start, end)
            }
            Expr::Choose(test, yes, no) => {
                self.want(test, Type::Boolean);
                self.alike(yes, no)
            }
            Expr::Has(inner) => {
                let asks = match &inner.expr {
                    Expr::Field(_) => true,
                    Expr::Touches(touches) => matches!(touches.what, What::Last(_)),
                    _ => false,
                };
                if !asks {
                    let help = "write it like `has(account.employees)`";
                    self.tell(
                        "expression-type",
                        inner,
                        "`has` asks for a field",
                        Some(help.into()),
                    );
                }
                self.of(inner);
                Type::Boolean
            }
            Expr::OrElse(first, second) => self.alike(first, second),
            Expr::Touches(touches) => {
                if let Some(filter) = &mut touches.filter {
                    let before = std::mem::replace(&mut self.filtering, true);
                    self.want(filter, Type::Boolean);
                    self.filtering = before;
                }
                match &touches.what {
                    What::Count => Type::Number,
                    What::Seen => Type::Boolean,
                    What::LastMoment => Type::Moment,
                    What::Last(Own::Kind | Own::Source) => Type::Text,
                    What::Last(Own::Field(_)) => Type::Any,
                }
            }
            Expr::Part(_, text, part) => {
                self.want(text, Type::Text);
                self.want(part, Type::Text);
                Type::Boolean
            }
            Expr::Matches(text, _) => {
                self.want(text, Type::Text);
                Type::Boolean
            }
            Expr::Lower(text) => {
                self.want(text, Type::Text);
                Type::Text
            }
            Expr::Size(inner) => {
                let found = self.of(inner);
                if !matches!(found, Type::Text | Type::List | Type::Any) {
                    let says =
                        format!("`size` asks for a text or a list, and this is {}", found.says());
                    self.tell("expression-type", inner, says, None);
                }
                Type::Number
            }
            Expr::AsMoney(inner) => {
                self.want(inner, Type::Money);
                Type::Money
            }
        }
    }

    fn compare(&mut self, compare: Compare, left: &mut Piece, right: &mut Piece) {
        let ordered = !matches!(compare, Compare::Same | Compare::Other);
        let mut sides = (self.of(left), self.of(right));
        for (side, other) in [(&mut *left, sides.1), (&mut *right, sides.0)] {
            if let Expr::Text(text) = &side.expr {
                // Texts have no order, and nobody compares for sameness with a text like a moment.
                let moment = ordered || text.parse::<Moment>().is_ok();
                let wanted = if moment && other == Type::Any { Type::Moment } else { other };
                convert(side, wanted);
            }
        }
        sides = (literal(left).unwrap_or(sides.0), literal(right).unwrap_or(sides.1));
        let of = match sides {
            (Type::Any, of) | (of, Type::Any) => {
                self.narrow(left, of);
                self.narrow(right, of);
                of
            }
            (one, other) if one == other => one,
            (one, other) => {
                let says = format!("{} never compares with {}", one.says(), other.says());
                let help = hint(right, one, other);
                let span = self.span(right);
                let mut diagnostic =
                    Diagnostic::error("expression-type", span, says).maybe_help(help);
                if let Some((first, says)) = self.used(left).or_else(|| self.used(right)) {
                    diagnostic = diagnostic.elsewhere(first, says);
                }
                return self.out.push(diagnostic);
            }
        };
        if ordered && matches!(of, Type::Text | Type::Boolean | Type::List) {
            let says = format!(
                "`{}` asks which is more, and {} has no order",
                compare.as_str(),
                of.says()
            );
            let help = hint(right, Type::Number, of);
            self.tell("expression-type", right, says, help);
        }
    }

    /// Where an open field was first used, and as what.
    fn used(&self, piece: &Piece) -> Option<(Span, String)> {
        let Expr::Field(field) = &piece.expr else { return None };
        let (of, first) = self.types.asked.get(field)?;
        Some((*first, format!("`{field}` is {}", of.says())))
    }

    fn within(&mut self, item: &mut Piece, list: &mut Piece) {
        let found = self.of(list);
        if found == Type::Any {
            self.narrow(list, Type::List);
        } else if found != Type::List {
            let help = "write a list like [\"DE\", \"AT\"], or the name of a file in lists/";
            let says = format!("`in` asks for a list, and this is {}", found.says());
            let mut told = Diagnostic::error("expression-type", self.span(list), says).help(help);
            if let Some((first, says)) = self.used(list) {
                told = told.elsewhere(first, says);
            }
            self.out.push(told);
        }
        let of = match &mut list.expr {
            Expr::Named(_) => Type::Text,
            Expr::List(items) => items.first_mut().map_or(Type::Any, |first| self.of(first)),
            _ => Type::Any,
        };
        self.want(item, of);
    }

    fn alike(&mut self, first: &mut Piece, second: &mut Piece) -> Type {
        match (self.of(first), self.of(second)) {
            (Type::Any, of) => {
                self.narrow(first, of);
                of
            }
            (of, Type::Any) => {
                self.narrow(second, of);
                of
            }
            (of, other) => {
                if of != other {
                    let says = format!("{} is expected, and this is {}", of.says(), other.says());
                    self.tell("expression-type", second, says, hint(second, of, other));
                }
                of
            }
        }
    }

    fn compute(
        &mut self,
        compute: Compute,
        left: &mut Piece,
        right: &mut Piece,
        start: u32,
        end: u32,
    ) -> Type {
        use Compute::{Minus, Over, Plus, Times};
        use Type::{Any, Moment, Money, Number, Time};
        let mut sides = (self.of(left), self.of(right));
        if sides.0 == Moment || sides.0 == Time {
            convert(right, Time);
        }
        if sides.1 == Moment || sides.1 == Time {
            convert(left, Time);
        }
        sides = (literal(left).unwrap_or(sides.0), literal(right).unwrap_or(sides.1));
        if sides == (Any, Number) && matches!(compute, Times | Over) {
            // A multiple of a number or of money: what it is compared with says which.
            return Any;
        }
        // An open field takes the type that makes sense beside the other side.
        let guess = |known: Type| match (compute, known) {
            (Plus | Minus, Moment) => Moment,
            (Plus | Minus, Money) => Money,
            _ => Number,
        };
        if sides.0 == Any {
            sides.0 = if sides.1 == Time { Moment } else { guess(sides.1) };
            self.narrow(left, sides.0);
        }
        if sides.1 == Any {
            sides.1 = if matches!(compute, Times | Over) { Number } else { guess(sides.0) };
            self.narrow(right, sides.1);
        }
        match (compute, sides) {
            (_, (Number, Number)) => Number,
            (Plus | Minus, (Money, Money))
            | (Times | Over, (Money, Number))
            | (Times, (Number, Money)) => Money,
            (Minus, (Moment, Moment)) => Time,
            (Plus | Minus, (Moment, Time)) | (Plus, (Time, Moment)) => Moment,
            (Plus | Minus, (Time, Time)) => Time,
            (_, (one, other)) => {
                let says = format!("{} and {} do not compute", one.says(), other.says());
                let span = (self.place)(start as usize, end as usize);
                self.out.push(Diagnostic::error("expression-type", span, says));
                Any
            }
        }
    }

    fn field(&mut self, field: &Field, start: u32, end: u32) -> Type {
        let span = (self.place)(start as usize, end as usize);
        let root = field.root();
        if root == Root::Signal {
            if !self.filtering {
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
        if matches!(root, Root::Person | Root::Account) {
            self.types.places.entry(field.clone()).or_insert(span);
        }
        let of = match field {
            Field::Of(Name::Consent(_)) => Type::Boolean,
            Field::Of(Name::Score(_)) => Type::Number,
            Field::Of(Name::Handoff(_) | Name::Owner(OwnerName::Id)) => Type::Text,
            Field::Of(Name::Owner(OwnerName::Column(_))) | Field::Member(_) => {
                self.column(field, span)
            }
            Field::Of(Name::Lead(Own::Kind | Own::Source))
            | Field::Signal(Own::Kind | Own::Source) => Type::Text,
            Field::Of(Name::Person(
                PersonName::FreeMail | PersonName::DisposableMail | PersonName::Verified,
            )) => Type::Boolean,
            Field::Of(
                Name::Person(PersonName::Field(_)) | Name::Account(_) | Name::Lead(Own::Field(_)),
            )
            | Field::Signal(Own::Field(_)) => Type::Any,
        };
        match self.types.asked.get(field) {
            Some((asked, _)) if of == Type::Any => *asked,
            _ => of,
        }
    }

    fn column(&mut self, field: &Field, span: Span) -> Type {
        let Some(columns) = &self.types.columns else { return Type::Any };
        if let Some(of) = columns.get(field.path()) {
            return *of;
        }
        let names: Vec<String> = columns.keys().cloned().collect();
        self.no_field(field, names.iter().map(String::as_str).collect(), span);
        Type::Any
    }

    fn no_field(&mut self, field: &Field, known: Vec<&str>, span: Span) {
        let root = field.root().as_str();
        let says = format!("`{field}` is not known");
        let help = match nearest(field.path(), known.iter().copied()) {
            Some(near) => format!("did you mean `{root}.{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        self.out.push(Diagnostic::error("name-unknown", span, says).help(help));
    }

    fn span(&self, piece: &Piece) -> Span {
        (self.place)(piece.start as usize, piece.end as usize)
    }

    fn tell(
        &mut self,
        code: &'static str,
        piece: &Piece,
        says: impl Into<String>,
        help: Option<String>,
    ) {
        self.out.push(Diagnostic::error(code, self.span(piece), says).maybe_help(help));
    }
}

/// The type of what was written out.
const fn literal(piece: &Piece) -> Option<Type> {
    match piece.expr {
        Expr::Text(_) => Some(Type::Text),
        Expr::Moment(_) => Some(Type::Moment),
        Expr::Time(_) => Some(Type::Time),
        _ => None,
    }
}

/// A text that stands for a moment or a length of time becomes one.
fn convert(piece: &mut Piece, wanted: Type) {
    let Expr::Text(text) = &piece.expr else { return };
    let made = match wanted {
        Type::Moment => moment(text).map(Expr::Moment),
        Type::Time => notation::duration(text).and_then(|length| length.elapsed()).map(Expr::Time),
        _ => None,
    };
    if let Some(made) = made {
        piece.expr = made;
    }
}

/// A moment, or the first of a date in UTC.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let date: Date = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    format!("{date}T00:00:00Z").parse().ok()
}

fn hint(piece: &Piece, wanted: Type, found: Type) -> Option<String> {
    let says = match (wanted, found, &piece.expr) {
        (Type::Number, Type::Text, Expr::Text(text))
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            return Some(format!("write {text} without quotes"));
        }
        (Type::Text, Type::Number, Expr::Number(number)) => {
            return Some(format!("write \"{number}\""));
        }
        (Type::Money, Type::Number, _) => "write an amount like money(\"250000\", \"EUR\")",
        (Type::Time, _, _) => "write a length of time like \"7d\" or \"90m\"",
        (Type::Moment, _, _) => {
            "write a moment like \"2026-11-20T13:38:00Z\" or a date like \"2026-11-20\""
        }
        (Type::Boolean, _, _) => "compare it with something, as in `score.total >= 60`",
        _ => return None,
    };
    Some(says.to_owned())
}
