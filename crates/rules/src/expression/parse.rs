//! From words to an expression: precedence, names, functions.

use std::sync::Arc;

use domain::{Money, Span as Time};
use regex::RegexBuilder;
use rust_decimal::Decimal;

use super::fault::Fault;
use super::lex::{Token, Word, words};
use super::tree::{Compare, Compute, Expr, Part, Pattern, Piece, TouchQuery, Touches};
use crate::lists::Lists;
use crate::name::{Field, Name, Own, Root};
use crate::scene::TouchScope;

/// Bytes of one expression.
pub(crate) const BYTES_MAX: usize = 16 << 10;
/// Pieces of one expression.
const PIECES_MAX: usize = 4_000;
/// Pieces in one another.
const DEPTH_MAX: usize = 48;
/// Operators and calls that lean on what stands left of them.
const CHAINED_MAX: usize = 128;
/// What a compiled pattern may take.
const PATTERN_BYTES: usize = 256 << 10;

/// Reads an expression.
pub(crate) fn parse(text: &str, lists: &Lists) -> Result<Piece, Fault> {
    if text.len() > BYTES_MAX {
        let says = format!("an expression has at most {BYTES_MAX} bytes");
        return Err(Fault::new(0, 1, says).coded("expression-too-large"));
    }
    let words = words(text)?;
    if words.len() == 1 {
        return Err(Fault::new(0, text.len(), "the expression is empty")
            .help("write a condition, or leave the key out where it always holds"));
    }
    let mut parser = Parser { words: &words, at: 0, pieces: 0, depth: 0, chained: 0, lists };
    let piece = parser.choose()?;
    match &parser.word().token {
        Token::End => Ok(piece),
        _ => Err(parser.unexpected("an operator such as `&&`")),
    }
}

struct Parser<'a> {
    words: &'a [Word],
    at: usize,
    pieces: usize,
    depth: usize,
    chained: usize,
    lists: &'a Lists,
}

type Read = Result<Piece, Fault>;

impl Parser<'_> {
    fn word(&self) -> &Word {
        &self.words[self.at.min(self.words.len() - 1)]
    }

    fn is(&self, mark: &str) -> bool {
        matches!(&self.word().token, Token::Mark(known) if *known == mark)
    }

    fn take(&mut self, mark: &str) -> bool {
        let found = self.is(mark);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: &str) -> Result<u32, Fault> {
        let end = self.word().end;
        if self.take(mark) { Ok(end) } else { Err(self.unexpected(&format!("`{mark}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let word = self.word();
        let says = match &word.token {
            Token::End => {
                let says = format!("the expression ends where {wanted} is expected");
                let help = "close what was opened, and write what its last sign asks for";
                return fault(word, says).help(help);
            }
            Token::Name(name) if instead_of(name).is_some() => {
                let help = instead_of(name).unwrap_or_default();
                return fault(word, format!("{wanted} is expected")).help(help);
            }
            Token::Mark(",") => {
                let help = "write a number without signs between its thousands, as in 5000";
                return fault(word, format!("{wanted} is expected")).help(help);
            }
            Token::Name(_) | Token::Text(_) | Token::Number(_) | Token::Mark(_) => {
                format!("{wanted} is expected")
            }
        };
        fault(word, says)
    }

    fn piece(&mut self, start: u32, end: u32, expr: Expr) -> Read {
        self.pieces += 1;
        if self.pieces > PIECES_MAX {
            let says = format!("an expression has at most {PIECES_MAX} parts");
            let help = "put long lists into lists/*.csv";
            return Err(Fault::new(start as usize, 1, says)
                .help(help)
                .coded("expression-too-large"));
        }
        Ok(Piece { start, end, expr })
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let says = format!("more than {DEPTH_MAX} parts in one another");
            return Err(fault(self.word(), says).coded("expression-too-large"));
        }
        let piece = read(self);
        self.depth -= 1;
        piece
    }

    fn lean(&mut self) -> Result<(), Fault> {
        self.chained += 1;
        if self.chained > CHAINED_MAX {
            let says = format!("more than {CHAINED_MAX} operators in one expression");
            return Err(fault(self.word(), says).coded("expression-too-large"));
        }
        Ok(())
    }

    fn choose(&mut self) -> Read {
        self.deeper(|parser| {
            let test = parser.any()?;
            if !parser.take("?") {
                return Ok(test);
            }
            let yes = parser.choose()?;
            parser.expect(":")?;
            let no = parser.choose()?;
            let (start, end) = (test.start, no.end);
            parser.piece(start, end, Expr::Choose(Box::new(test), Box::new(yes), Box::new(no)))
        })
    }

    fn any(&mut self) -> Read {
        let parts = self.chain("||", Self::all)?;
        self.joined(parts, Expr::Any)
    }

    fn all(&mut self) -> Read {
        let parts = self.chain("&&", Self::relation)?;
        self.joined(parts, Expr::All)
    }

    fn chain(&mut self, mark: &str, part: fn(&mut Self) -> Read) -> Result<Vec<Piece>, Fault> {
        let mut parts = vec![part(self)?];
        while self.take(mark) {
            parts.push(part(self)?);
        }
        Ok(parts)
    }

    fn joined(&mut self, mut parts: Vec<Piece>, join: fn(Vec<Piece>) -> Expr) -> Read {
        if parts.len() == 1 {
            return Ok(parts.pop().expect("one part"));
        }
        let (start, end) = (parts[0].start, parts[parts.len() - 1].end);
        self.piece(start, end, join(parts))
    }

    fn relation(&mut self) -> Read {
        let mut left = self.sum()?;
        loop {
            let word = self.word();
            let compare = match &word.token {
                Token::Mark("==") => Compare::Same,
                Token::Mark("!=") => Compare::Other,
                Token::Mark("<") => Compare::Less,
                Token::Mark("<=") => Compare::AtMost,
                Token::Mark(">") => Compare::More,
                Token::Mark(">=") => Compare::AtLeast,
                Token::Name(name) if name == "in" => {
                    self.at += 1;
                    self.lean()?;
                    let right = self.sum()?;
                    let (start, end) = (left.start, right.end);
                    left = self.piece(start, end, Expr::In(Box::new(left), Box::new(right)))?;
                    continue;
                }
                _ => return Ok(left),
            };
            self.at += 1;
            self.lean()?;
            let right = self.sum()?;
            let (start, end) = (left.start, right.end);
            left =
                self.piece(start, end, Expr::Compare(compare, Box::new(left), Box::new(right)))?;
        }
    }

    fn sum(&mut self) -> Read {
        self.computed(&[("+", Compute::Plus), ("-", Compute::Minus)], Self::product)
    }

    fn product(&mut self) -> Read {
        if self.is("%") {
            return Err(fault(self.word(), "a value is expected"));
        }
        self.computed(&[("*", Compute::Times), ("/", Compute::Over)], Self::unary)
    }

    fn computed(&mut self, marks: &[(&str, Compute)], part: fn(&mut Self) -> Read) -> Read {
        let mut left = part(self)?;
        while let Some((_, compute)) = marks.iter().find(|(mark, _)| self.is(mark)) {
            self.at += 1;
            self.lean()?;
            let right = part(self)?;
            let (start, end) = (left.start, right.end);
            left =
                self.piece(start, end, Expr::Compute(*compute, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Read {
        let start = self.word().start;
        if self.take("!") {
            let inner = self.deeper(Self::unary)?;
            let end = inner.end;
            return self.piece(start, end, Expr::Not(Box::new(inner)));
        }
        if self.take("-") {
            let inner = self.deeper(Self::unary)?;
            let end = inner.end;
            if let Expr::Number(number) = inner.expr {
                return self.piece(start, end, Expr::Number(-number));
            }
            return self.piece(start, end, Expr::Negate(Box::new(inner)));
        }
        self.dotted()
    }

    /// A value and what is asked of it: `person.email.endsWith("@acme.com")`.
    fn dotted(&mut self) -> Read {
        let mut piece = self.primary()?;
        while self.take(".") {
            let name = self.name("a function")?;
            if !self.is("(") {
                let says = "only `person`, `account` and the like have fields";
                return Err(fault(&self.words[self.at - 1], says));
            }
            self.lean()?;
            piece = self.method(piece, &name)?;
        }
        Ok(piece)
    }

    fn name(&mut self, wanted: &str) -> Result<String, Fault> {
        if let Token::Name(name) = &self.word().token {
            let name = name.clone();
            self.at += 1;
            return Ok(name);
        }
        Err(self.unexpected(wanted))
    }

    fn primary(&mut self) -> Read {
        let word = self.word().clone();
        match word.token {
            Token::Text(text) => {
                self.at += 1;
                self.piece(word.start, word.end, Expr::Text(text))
            }
            Token::Number(number) => {
                self.at += 1;
                self.piece(word.start, word.end, Expr::Number(number))
            }
            Token::Mark("(") => {
                self.at += 1;
                let mut inner = self.choose()?;
                inner.end = self.expect(")")?;
                inner.start = word.start;
                Ok(inner)
            }
            Token::Mark("[") => self.list(word.start),
            Token::Name(ref name) => self.named(name, &word),
            Token::Mark(_) | Token::End => Err(self.unexpected("a value")),
        }
    }

    fn list(&mut self, start: u32) -> Read {
        self.at += 1;
        let mut items = Vec::new();
        while !self.is("]") {
            items.push(self.choose()?);
            if !self.take(",") {
                break;
            }
        }
        let end = self.expect("]")?;
        self.piece(start, end, Expr::List(items))
    }

    fn named(&mut self, name: &str, word: &Word) -> Read {
        self.at += 1;
        if self.is("(") {
            return self.call(name, word);
        }
        if self.is(".")
            && let Some(root) = Root::named(name)
        {
            return self.field(root, word.start);
        }
        let expr = match name {
            "true" => Expr::Boolean(true),
            "false" => Expr::Boolean(false),
            "now" => Expr::Now,
            "null" => {
                let help = "a field that is missing is unknown: ask `has(account.employees)`";
                return Err(fault(word, "there is no null").help(help));
            }
            name => match self.lists.get(name) {
                Some(list) => Expr::Named(Arc::clone(list)),
                None => return Err(self.unknown(name, word)),
            },
        };
        self.piece(word.start, word.end, expr)
    }

    fn unknown(&self, name: &str, word: &Word) -> Fault {
        if Root::named(name).is_some() {
            let help = format!("name one of its fields, as in `{name}.x`");
            return fault(word, format!("`{name}` alone is no value")).help(help);
        }
        if let Some(help) = instead_of(name) {
            return fault(word, "a value is expected").help(help);
        }
        let known = Root::ALL.iter().map(|root| root.as_str());
        let known =
            known.chain(self.lists.keys().map(String::as_str)).chain(["now", "true", "false"]);
        let help = match notation::nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "a text stands in quotes, a field behind its owner as in `account.{name}`, and a \
                 list of that name would be lists/{name}.csv"
            ),
        };
        let told = fault(word, format!("`{name}` is not known")).help(help);
        told.coded("name-unknown").missing(name)
    }

    /// `account.industry`, `member.skill("energy")`; what comes after a call is the caller's.
    fn field(&mut self, root: Root, start: u32) -> Read {
        let mut path = String::new();
        let mut end = start;
        while self.is(".") {
            let next = self.words.get(self.at + 1).map(|word| &word.token);
            let Some(Token::Name(name)) = next else {
                self.at += 1;
                return Err(self.unexpected("a field's name"));
            };
            let name = name.clone();
            let call = self.words.get(self.at + 2);
            let call = call.is_some_and(|word| word.token == Token::Mark("("));
            if call && !(name == "skill" && path.is_empty()) {
                break;
            }
            self.at += 2;
            end = self.words[self.at - 1].end;
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&name);
            if call {
                self.expect("(")?;
                path.push('.');
                path.push_str(&self.literal("the skill's name")?);
                end = self.expect(")")?;
                break;
            }
        }
        if path.is_empty() {
            let called = self.words.get(self.at + 1);
            let Some(Word { token: Token::Name(name), .. }) = called else {
                return Err(self.unexpected("a field's name"));
            };
            let says = format!("`{}` has no function `{name}`", root.as_str());
            let help = match root {
                Root::Member => "write `member.skill(\"energy\")`, or name a column of team.csv",
                _ => "name a field first, as in `person.title.contains(\"Energy\")`",
            };
            return Err(fault(&self.words[self.at + 1], says).help(help).coded("function-unknown"));
        }
        match Field::named(root, &path) {
            Ok(field) => self.piece(start, end, Expr::Field(field)),
            Err(unknown) => {
                let root = root.as_str();
                let help = match notation::nearest(&path, unknown.known.iter().copied()) {
                    Some(near) => format!("did you mean `{root}.{near}`?"),
                    None => format!("known: {}", unknown.known.join(", ")),
                };
                let (from, length) = (start as usize, (end - start) as usize);
                let says = format!("`{root}.{path}` is not known");
                Err(Fault::new(from, length, says).help(help).coded("name-unknown"))
            }
        }
    }

    fn literal(&mut self, wanted: &str) -> Result<String, Fault> {
        if let Token::Text(text) = &self.word().token {
            let text = text.clone();
            self.at += 1;
            return Ok(text);
        }
        Err(self.unexpected(&format!("{wanted} in quotes")))
    }

    fn arguments(&mut self) -> Result<(Vec<Piece>, u32), Fault> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.is(")") {
            arguments.push(self.choose()?);
            if !self.take(",") {
                break;
            }
        }
        let end = self.expect(")")?;
        Ok((arguments, end))
    }

    fn call(&mut self, name: &str, word: &Word) -> Read {
        let (mut arguments, end) = self.arguments()?;
        let (start, number) = (word.start, arguments.len());
        let mut next = || Box::new(arguments.remove(0));
        let expr = match (name, number) {
            ("has", 1) => Expr::Has(next()),
            ("claimed", 1) => claimed(*next())?,
            ("orElse", 2) => Expr::OrElse(next(), next()),
            ("lower", 1) => Expr::Lower(next()),
            ("size", 1) => Expr::Size(next()),
            ("money", 1) => Expr::AsMoney(next()),
            ("money", 2) => money(&next(), &next())?,
            ("count" | "account_count", 1..=3) => {
                touches(TouchQuery::Count, scope_of(name), arguments)?
            }
            ("seen" | "account_seen", 1..=3) => {
                touches(TouchQuery::Seen, scope_of(name), arguments)?
            }
            ("last" | "account_last", 1..=3) => {
                let what = self.of_last()?;
                let end = self.words[self.at - 1].end;
                let expr = touches(what, scope_of(name), arguments)?;
                return self.piece(start, end, expr);
            }
            _ => return Err(wrong_call(name, word)),
        };
        self.piece(start, end, expr)
    }

    /// What is asked of the newest signal: `.campaign`, `.field.moment`, or when it was.
    fn of_last(&mut self) -> Result<TouchQuery, Fault> {
        if !self.take(".") {
            return Ok(TouchQuery::LastMoment);
        }
        let name = self.name("a field's name")?;
        if name == "moment" {
            return Ok(TouchQuery::LastMoment);
        }
        if name == "field" && self.take(".") {
            return Ok(TouchQuery::Last(Own::Field(self.name("a field's name")?.into())));
        }
        Ok(TouchQuery::Last(Own::named(&name)))
    }

    fn method(&mut self, on: Piece, name: &str) -> Read {
        let word = self.words[self.at - 1].clone();
        let (mut arguments, end) = self.arguments()?;
        let start = on.start;
        let on = Box::new(on);
        let expr = match (name, arguments.len()) {
            ("lower" | "lowerAscii", 0) => Expr::Lower(on),
            ("size", 0) => Expr::Size(on),
            ("startsWith", 1) => Expr::Part(Part::Starts, on, Box::new(arguments.remove(0))),
            ("endsWith", 1) => Expr::Part(Part::Ends, on, Box::new(arguments.remove(0))),
            ("contains", 1) => Expr::Part(Part::Contains, on, Box::new(arguments.remove(0))),
            ("orElse", 1) => Expr::OrElse(on, Box::new(arguments.remove(0))),
            ("matches", 1) => Expr::Matches(on, pattern(&arguments[0])?),
            _ => return Err(wrong_call(name, &word)),
        };
        self.piece(start, end, expr)
    }
}

/// What stands here for a word that other languages have.
fn instead_of(name: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 9] = [
        ("and", "write `&&`"),
        ("or", "write `||`"),
        ("not", "write `!`"),
        ("is", "write `==`"),
        ("equals", "write `==`"),
        ("contains", "write `\"x\" in account.tags` of a list, and `.contains(\"x\")` of a text"),
        ("like", "write `.contains(\"x\")`, `.startsWith(\"x\")` or `.matches(\"x\")`"),
        ("between", "write `account.employees >= 1 && account.employees < 5`"),
        ("then", "write `condition ? one : other`"),
    ];
    let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name));
    found.map(|(_, help)| *help)
}

fn fault(word: &Word, says: impl Into<String>) -> Fault {
    Fault::new(word.start as usize, (word.end - word.start) as usize, says)
}

fn at(piece: &Piece, says: impl Into<String>) -> Fault {
    Fault::new(piece.start as usize, (piece.end - piece.start) as usize, says)
}

const FUNCTIONS: [(&str, &str); 18] = [
    ("claimed", "claimed(account.stage)"),
    ("has", "has(account.employees)"),
    ("orElse", "orElse(account.employees, 0)"),
    ("count", "count(\"page.viewed\", \"7d\", signal.path.startsWith(\"/pricing\"))"),
    ("seen", "seen(\"form.submitted\", \"1d\")"),
    ("last", "last(\"email.clicked\").campaign"),
    ("account_count", "account_count(\"page.viewed\", \"7d\")"),
    ("account_seen", "account_seen(\"form.submitted\", \"1d\")"),
    ("account_last", "account_last(\"email.clicked\").campaign"),
    ("money", "money(\"250000\", \"EUR\")"),
    ("lower", "person.title.lower()"),
    ("size", "size(account.tags)"),
    ("startsWith", "signal.path.startsWith(\"/pricing\")"),
    ("endsWith", "person.title.endsWith(\"Officer\")"),
    ("contains", "person.title.contains(\"Energy\")"),
    ("matches", "person.title.matches(\"^(VP|Head)\")"),
    ("skill", "member.skill(\"energy\")"),
    ("in", "account.country in dach"),
];

fn wrong_call(name: &str, word: &Word) -> Fault {
    if let Some((_, example)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
        let says = format!("`{name}` is not called like that");
        return fault(word, says)
            .help(format!("write it like `{example}`"))
            .coded("function-unknown");
    }
    let fault = fault(word, format!("there is no function `{name}`")).coded("function-unknown");
    let known = FUNCTIONS.map(|(known, _)| known);
    let near = notation::nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    fault.help(near.unwrap_or_else(|| format!("known: {}", known.join(", "))))
}

/// Whose signals a function looks at.
fn scope_of(name: &str) -> TouchScope {
    TouchScope { everybody: name.starts_with("account_"), claims: false }
}

fn claimed(piece: Piece) -> Result<Expr, Fault> {
    if let Expr::Touches(mut touches) = piece.expr {
        touches.scope.claims = true;
        return Ok(Expr::Touches(touches));
    }
    let claim = match &piece.expr {
        Expr::Field(Field::Of(name)) => name.as_claim(),
        _ => None,
    };
    let Some(claim) = claim else {
        let says = "only a field that sources bring of a person or an account, or a count of signals, \
                    can be a claim";
        return Err(at(&piece, says).help("write it like `claimed(account.stage)`"));
    };
    Ok(Expr::Field(Field::Of(Name::Claimed(claim))))
}

fn money(amount: &Piece, currency: &Piece) -> Result<Expr, Fault> {
    let number = match &amount.expr {
        Expr::Number(number) => Some(*number),
        Expr::Text(text) => Decimal::from_str_exact(text).ok(),
        _ => None,
    };
    let Some(number) = number else {
        return Err(
            at(amount, "an amount is expected").help("write it like money(\"250000\", \"EUR\")")
        );
    };
    match &currency.expr {
        Expr::Text(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
            Ok(Expr::Money(Money { amount: number, currency: code.clone() }))
        }
        _ => Err(at(currency, "a currency is expected").help("write three letters, as in \"EUR\"")),
    }
}

fn touches(what: TouchQuery, scope: TouchScope, mut arguments: Vec<Piece>) -> Result<Expr, Fault> {
    let kind = match &arguments[0].expr {
        Expr::Text(kind) if !kind.is_empty() => kind.clone(),
        _ => {
            let help = "write it like \"page.viewed\"";
            return Err(at(&arguments[0], "a kind of signal in quotes is expected").help(help));
        }
    };
    let mut rest = arguments.drain(1..).peekable();
    let mut window = None;
    if let Some(Piece { expr: Expr::Text(text), .. }) = rest.peek() {
        let length = notation::duration(text).and_then(|length| length.elapsed());
        let piece = rest.next().expect("peeked");
        window = length.filter(|length| *length > Time::ZERO);
        if window.is_none() {
            let help = "write a length of time like \"7d\" or \"90m\"; no working days";
            return Err(at(&piece, "this is no window of time").help(help));
        }
    }
    let filter = rest.next();
    if let Some(surplus) = rest.next() {
        return Err(at(&surplus, "a length of time comes before the filter")
            .help("write it like count(\"page.viewed\", \"7d\", signal.path == \"/\")"));
    }
    Ok(Expr::Touches(Box::new(Touches { what, kind, symbol: None, scope, window, filter })))
}

fn pattern(piece: &Piece) -> Result<Box<Pattern>, Fault> {
    let Expr::Text(text) = &piece.expr else {
        return Err(at(piece, "a pattern in quotes is expected"));
    };
    let built = RegexBuilder::new(text)
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES)
        .nest_limit(40)
        .build();
    match built {
        Ok(regex) => Ok(Box::new(Pattern { regex })),
        Err(regex::Error::CompiledTooBig(_)) => {
            Err(at(piece, "the pattern is too large").coded("pattern-refused"))
        }
        Err(_) => {
            let help =
                "patterns match in linear time: look-around and back references are not read";
            Err(at(piece, "the pattern cannot be read").help(help).coded("pattern-refused"))
        }
    }
}
