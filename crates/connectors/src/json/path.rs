//! JSON paths, as RFC 9535 writes them: names, indexes, wildcards and filters that compare members.
//!
//! What leads to values in no fixed place (`..`), slices, unions and functions are refused: a map says
//! where each value stands.

use super::Json;

/// The longest path, in bytes.
const PATH_BYTES_MAX: usize = 512;
/// The most values that one path finds.
const FOUND_MAX: usize = 1_000;

/// A path to values in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(i64),
    Any,
    /// Any of these groups, all tests of which hold.
    Filter(Vec<Vec<Test>>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Test {
    path: Vec<Step>,
    /// Nothing to compare with asks whether the value is there.
    compared: Option<Compared>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Compared {
    equal: bool,
    with: Literal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Literal {
    Text(String),
    Number(String),
    Boolean(bool),
    Null,
}

/// Why a text is no path that is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{says} at character {at}")]
pub struct PathError {
    /// What is wrong.
    pub says: &'static str,
    /// Characters from the beginning, from 1.
    pub at: usize,
}

impl JsonPath {
    /// Reads a path; a plain name is the member of that name.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        if text.is_empty() || text.len() > PATH_BYTES_MAX {
            return Err(PathError { says: "a path has 1 to 512 bytes", at: 1 });
        }
        if !text.starts_with('$') {
            return Ok(Self(vec![Step::Name(text.to_owned())]));
        }
        let mut parser = Parser { text, at: 1 };
        let steps = parser.steps()?;
        if parser.at < text.len() {
            return Err(parser.error("a step begins with `.` or `[`"));
        }
        Ok(Self(steps))
    }

    /// The values that it leads to, in the order of the document.
    pub fn find<'j, 'a>(&self, root: &'j Json<'a>) -> Vec<&'j Json<'a>> {
        follow(&self.0, root)
    }
}

fn follow<'j, 'a>(steps: &[Step], root: &'j Json<'a>) -> Vec<&'j Json<'a>> {
    let mut here = vec![root];
    for step in steps {
        let mut next = Vec::new();
        for value in here {
            step.from(value, &mut next);
        }
        next.truncate(FOUND_MAX);
        here = next;
    }
    here
}

impl Step {
    fn from<'j, 'a>(&self, value: &'j Json<'a>, found: &mut Vec<&'j Json<'a>>) {
        match self {
            Self::Name(name) => found.extend(value.object().and_then(|object| object.get(name))),
            Self::Index(index) => {
                let Json::List(list) = value else { return };
                let at = if *index < 0 { index + list.len() as i64 } else { *index };
                found.extend(usize::try_from(at).ok().and_then(|at| list.get(at)));
            }
            Self::Any => found.extend(children(value)),
            Self::Filter(any) => {
                let holds = |child: &&Json<'a>| {
                    any.iter().any(|all| all.iter().all(|test| test.holds(child)))
                };
                found.extend(children(value).filter(holds));
            }
        }
    }
}

fn children<'j, 'a>(value: &'j Json<'a>) -> Box<dyn Iterator<Item = &'j Json<'a>> + 'j> {
    match value {
        Json::List(list) => Box::new(list.iter()),
        Json::Object(object) => Box::new(object.iter().map(|(_, value)| value)),
        Json::Null | Json::Boolean(_) | Json::Integer(_) | Json::Decimal(_) | Json::Text(_) => {
            Box::new(std::iter::empty())
        }
    }
}

impl Test {
    fn holds(&self, value: &Json<'_>) -> bool {
        let found = follow(&self.path, value);
        match &self.compared {
            None => !found.is_empty(),
            Some(Compared { equal, with }) => {
                *equal == found.iter().any(|found| with.equals(found))
            }
        }
    }
}

impl Literal {
    fn equals(&self, value: &Json<'_>) -> bool {
        match (self, value) {
            (Self::Text(text), Json::Text(other)) => text == other,
            (Self::Number(number), Json::Integer(other)) => *number == other.to_string(),
            (Self::Number(number), Json::Decimal(other)) => *number == other.to_string(),
            (Self::Boolean(boolean), Json::Boolean(other)) => boolean == other,
            (Self::Null, Json::Null) => true,
            (Self::Text(_) | Self::Number(_) | Self::Boolean(_) | Self::Null, _) => false,
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn error(&self, says: &'static str) -> PathError {
        PathError { says, at: self.text[..self.at].chars().count() + 1 }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skips(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn steps(&mut self) -> Result<Vec<Step>, PathError> {
        let mut steps = Vec::new();
        loop {
            if self.rest().starts_with("..") {
                return Err(self.error("`..` is not read: say where the value stands"));
            }
            if self.skips(".") {
                steps.push(if self.skips("*") { Step::Any } else { Step::Name(self.name()?) });
            } else if self.skips("[") {
                steps.push(self.bracket()?);
            } else {
                return Ok(steps);
            }
        }
    }

    fn name(&mut self) -> Result<String, PathError> {
        let ends = |sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '-');
        let rest = self.rest();
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if name.is_empty() {
            return Err(self.error("a name is missing; other names stand in ['…']"));
        }
        self.at += name.len();
        Ok(name.to_owned())
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        self.blanks();
        let step = if self.skips("*") {
            Step::Any
        } else if self.skips("?") {
            Step::Filter(self.filter()?)
        } else if self.rest().starts_with(['\'', '"']) {
            Step::Name(self.quoted()?)
        } else {
            Step::Index(self.index()?)
        };
        self.blanks();
        if self.skips("]") {
            Ok(step)
        } else {
            Err(self.error("`]` is missing; slices and unions are not read"))
        }
    }

    fn index(&mut self) -> Result<i64, PathError> {
        let number = self.number();
        number.parse().map_err(|_| self.error("a whole number, `*`, `?` or a name is expected"))
    }

    fn number(&mut self) -> &'t str {
        let rest = self.rest();
        let ends = |sign: char| !(sign.is_ascii_digit() || matches!(sign, '-' | '.' | '+'));
        let number = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += number.len();
        number
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        let mut signs = self.rest().char_indices();
        let quote = signs.next().map(|(_, sign)| sign);
        let mut text = String::new();
        while let Some((at, sign)) = signs.next() {
            if Some(sign) == quote {
                self.at += at + 1;
                return Ok(text);
            }
            if sign == '\\' {
                text.extend(signs.next().map(|(_, escaped)| escaped));
            } else {
                text.push(sign);
            }
        }
        Err(self.error("a quote is not closed"))
    }

    /// Tests with `&&` between them, in groups with `||` between them.
    fn filter(&mut self) -> Result<Vec<Vec<Test>>, PathError> {
        self.blanks();
        let grouped = self.skips("(");
        let mut any = vec![vec![self.test()?]];
        loop {
            self.blanks();
            if self.skips("||") {
                any.push(vec![self.test()?]);
            } else if self.skips("&&") {
                let test = self.test()?;
                any.last_mut().expect("there is a group").push(test);
            } else {
                break;
            }
        }
        if grouped && !self.skips(")") {
            return Err(self.error("`)` is missing"));
        }
        Ok(any)
    }

    fn test(&mut self) -> Result<Test, PathError> {
        self.blanks();
        if !self.skips("@") {
            return Err(self.error("a test begins with `@`; functions are not read"));
        }
        let path = self.steps()?;
        self.blanks();
        let equal = if self.skips("==") {
            true
        } else if self.skips("!=") {
            false
        } else {
            return Ok(Test { path, compared: None });
        };
        self.blanks();
        Ok(Test { path, compared: Some(Compared { equal, with: self.literal()? }) })
    }

    fn literal(&mut self) -> Result<Literal, PathError> {
        if self.rest().starts_with(['\'', '"']) {
            return Ok(Literal::Text(self.quoted()?));
        }
        for (word, literal) in [
            ("true", Literal::Boolean(true)),
            ("false", Literal::Boolean(false)),
            ("null", Literal::Null),
        ] {
            if self.skips(word) {
                return Ok(literal);
            }
        }
        match self.number() {
            "" => Err(self.error("a text in quotes, a number, true, false or null is expected")),
            number => Ok(Literal::Number(number.to_owned())),
        }
    }
}
