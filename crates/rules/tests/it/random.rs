//! Random conditions, and what they come to over all leads of a small world.

use std::fmt;

/// A sequence of numbers from a seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

const TEXTS: [&str; 4] = ["a", "b", "ab", "c"];
/// Those texts, and another.
const OF_SECOND: usize = 5;
/// Halves, so that there is something between two whole numbers.
const NUMBERS: [i32; 12] = [-2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12];

/// A condition.
pub(crate) enum Tree {
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Has(Field),
    Flag(usize),
    Same(usize, bool, &'static str),
    Among(usize, Vec<&'static str>),
    Part(usize, &'static str, &'static str),
    Number(&'static str, i32),
    OrElse(i32, &'static str, i32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Text(usize),
    Number,
    Flag(usize),
}

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::Text(0) => "account.x",
            Self::Text(_) => "account.y",
            Self::Number => "account.n",
            Self::Flag(0) => "person.p",
            Self::Flag(_) => "person.q",
        }
    }
}

impl Tree {
    pub(crate) fn draw(random: &mut Random, depth: usize) -> Self {
        if depth > 0 && random.below(3) > 0 {
            let many = 2 + random.below(2);
            let mut parts = || (0..many).map(|_| Self::draw(random, depth - 1)).collect();
            let parts = parts();
            return match random.below(5) {
                0 => Self::Not(Box::new(Self::draw(random, depth - 1))),
                1 | 2 => Self::All(parts),
                _ => Self::Any(parts),
            };
        }
        let compare = random.one(&["==", "!=", "<", "<=", ">", ">="]);
        let place = random.below(2);
        match random.below(9) {
            0 => Self::Has(random.one(&[Field::Text(place), Field::Number, Field::Flag(place)])),
            1 | 2 => Self::Flag(place),
            3 | 4 => Self::Same(place, random.below(2) == 0, random.one(&TEXTS)),
            5 => {
                let many = 1 + random.below(3);
                Self::Among(place, (0..many).map(|_| random.one(&TEXTS)).collect())
            }
            6 => {
                let part = random.one(&["startsWith", "endsWith", "contains"]);
                Self::Part(0, part, random.one(&["a", "ab", "b"]))
            }
            7 => Self::Number(compare, random.one(&[2, 4, 6])),
            _ => Self::OrElse(random.one(&[0, 4, 9]), compare, random.one(&[2, 4, 6])),
        }
    }

    fn fields(&self, found: &mut Vec<Field>) {
        match self {
            Self::Not(inner) => inner.fields(found),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.fields(found)),
            Self::Has(field) => found.push(*field),
            Self::Flag(at) => found.push(Field::Flag(*at)),
            Self::Same(at, ..) | Self::Among(at, _) | Self::Part(at, ..) => {
                found.push(Field::Text(*at));
            }
            Self::Number(..) | Self::OrElse(..) => found.push(Field::Number),
        }
    }

    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Not(inner) => vec![inner],
            Self::All(parts) | Self::Any(parts) => parts.iter().collect(),
            Self::Has(_) | Self::Flag(_) | Self::Same(..) | Self::Among(..) => Vec::new(),
            Self::Part(..) | Self::Number(..) | Self::OrElse(..) => Vec::new(),
        }
    }
}

fn half(number: i32) -> String {
    if number % 2 == 0 { (number / 2).to_string() } else { format!("{}.5", number / 2) }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |at: &usize| Field::Text(*at).name();
        let joined = |parts: &[Self], sign: &str| {
            let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            format!("({})", parts.join(sign))
        };
        match self {
            Self::Not(inner) => write!(f, "!({inner})"),
            Self::All(parts) => f.write_str(&joined(parts, " && ")),
            Self::Any(parts) => f.write_str(&joined(parts, " || ")),
            Self::Has(field) => write!(f, "has({})", field.name()),
            Self::Flag(at) => f.write_str(Field::Flag(*at).name()),
            Self::Same(at, same, to) => {
                write!(f, "{} {} \"{to}\"", text(at), if *same { "==" } else { "!=" })
            }
            Self::Among(at, texts) => {
                let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
                write!(f, "{} in [{}]", text(at), texts.join(", "))
            }
            Self::Part(at, part, of) => write!(f, "{}.{part}(\"{of}\")", text(at)),
            Self::Number(compare, to) => write!(f, "account.n {compare} {}", half(*to)),
            Self::OrElse(other, compare, to) => {
                write!(f, "orElse(account.n, {}) {compare} {}", half(*other), half(*to))
            }
        }
    }
}

/// Somebody: none is unknown.
#[derive(Clone, Copy, Default)]
struct Lead<'t> {
    texts: [Option<&'t str>; 2],
    number: Option<i32>,
    flags: [Option<bool>; 2],
}

impl Lead<'_> {
    /// Whether a condition holds; none where that is unknown.
    fn truth(&self, tree: &Tree) -> Option<bool> {
        match tree {
            Tree::Not(inner) => self.truth(inner).map(|holds| !holds),
            Tree::All(parts) => self.all(parts, false),
            Tree::Any(parts) => self.all(parts, true),
            Tree::Has(Field::Text(at)) => Some(self.texts[*at].is_some()),
            Tree::Has(Field::Number) => Some(self.number.is_some()),
            Tree::Has(Field::Flag(at)) => Some(self.flags[*at].is_some()),
            Tree::Flag(at) => self.flags[*at],
            Tree::Same(at, same, to) => self.texts[*at].map(|text| (text == *to) == *same),
            Tree::Among(at, texts) => self.texts[*at].map(|text| texts.contains(&text)),
            Tree::Part(at, part, of) => self.texts[*at].map(|text| match *part {
                "startsWith" => text.starts_with(of),
                "endsWith" => text.ends_with(of),
                _ => text.contains(of),
            }),
            Tree::Number(compare, to) => self.number.map(|number| compares(number, compare, *to)),
            Tree::OrElse(other, compare, to) => {
                Some(compares(self.number.unwrap_or(*other), compare, *to))
            }
        }
    }

    fn all(&self, parts: &[Tree], turned: bool) -> Option<bool> {
        let mut unknown = false;
        for part in parts {
            match self.truth(part) {
                Some(holds) if holds == turned => return Some(turned),
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown { None } else { Some(!turned) }
    }
}

fn compares(number: i32, compare: &str, to: i32) -> bool {
    match compare {
        "==" => number == to,
        "!=" => number != to,
        "<" => number < to,
        "<=" => number <= to,
        ">" => number > to,
        _ => number >= to,
    }
}

/// All leads that there are.
pub(crate) struct Domain {
    texts: Vec<String>,
}

impl Domain {
    /// All texts of up to three letters, and some of which the ends meet.
    pub(crate) fn new() -> Self {
        let mut texts: Vec<String> =
            ["a", "b", "ab", "c", "z", "abab", "abzab", "azab"].map(str::to_owned).into();
        let mut last = vec![String::new()];
        for _ in 0..3 {
            let longer = last.iter().flat_map(|text| ["a", "b", "z"].map(|end| text.clone() + end));
            last = longer.collect();
            texts.extend(last.iter().cloned());
        }
        Self { texts }
    }

    /// Whether a condition holds of somebody, and surely does not hold of somebody else.
    pub(crate) fn can_hold_and_fail(&self, tree: &Tree) -> bool {
        let mut fields = Vec::new();
        tree.fields(&mut fields);
        let (mut holds, mut fails) = (false, false);
        self.leads(&fields, &mut |lead| {
            match lead.truth(tree) {
                Some(true) => holds = true,
                Some(false) => fails = true,
                None => {}
            }
            holds && fails
        });
        holds && fails
    }

    pub(crate) fn all_parts_can_hold_and_fail(&self, tree: &Tree) -> bool {
        let parts = tree.parts().into_iter().all(|part| self.all_parts_can_hold_and_fail(part));
        parts && self.can_hold_and_fail(tree)
    }

    fn leads(&self, fields: &[Field], ask: &mut dyn FnMut(&Lead<'_>) -> bool) {
        let texts = |at: usize| -> Vec<Option<&str>> {
            // Nothing is asked of the parts of the second.
            let many = if at == 0 { self.texts.len() } else { OF_SECOND };
            let known = self.texts[..many].iter().map(|text| Some(text.as_str()));
            let known = known.filter(|_| fields.contains(&Field::Text(at)));
            std::iter::once(None).chain(known).collect()
        };
        let flags = |at: usize| -> Vec<Option<bool>> {
            let known = [true, false].map(Some).into_iter();
            let known = known.filter(|_| fields.contains(&Field::Flag(at)));
            std::iter::once(None).chain(known).collect()
        };
        let known = NUMBERS.into_iter().map(Some).filter(|_| fields.contains(&Field::Number));
        let numbers: Vec<Option<i32>> = std::iter::once(None).chain(known).collect();
        for x in texts(0) {
            for y in texts(1) {
                for p in flags(0) {
                    for q in flags(1) {
                        for number in &numbers {
                            let lead = Lead { texts: [x, y], number: *number, flags: [p, q] };
                            if ask(&lead) {
                                return;
                            }
                        }
                    }
                }
            }
        }
    }
}
