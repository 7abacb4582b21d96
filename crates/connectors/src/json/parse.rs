//! One document, strictly.

use std::borrow::Cow;

use domain::reason::Code;

use super::{DEPTH_MAX, Json, JsonError, Object, number};

/// Reads one document of at most `bytes_max` bytes.
pub fn parse(bytes: &[u8], bytes_max: usize) -> Result<Json<'_>, JsonError> {
    if bytes.len() > bytes_max {
        return Err(refuse(Code::ItemTooLarge, "the text is larger than is read", bytes_max));
    }
    check_encoding(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        refuse(Code::BytesUndecodable, "the bytes are not UTF-8", error.valid_up_to())
    })?;
    let mut parser = Parser { text, bytes, at: 0 };
    parser.blank();
    let value = parser.value(0)?;
    parser.blank();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.stray("something follows the end of the document")),
    }
}

/// Refuses what is JSON in another coat: a byte order mark, UTF-16.
pub fn check_encoding(bytes: &[u8]) -> Result<(), JsonError> {
    let says = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => {
            return Err(refuse(
                Code::Unreadable,
                "the text begins with a byte order mark; send UTF-8 without one",
                0,
            ));
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "the text is UTF-16; send UTF-8",
        [0, _, ..] | [_, 0, ..] => "the text looks like UTF-16 or UTF-32; send UTF-8",
        _ => return Ok(()),
    };
    Err(refuse(Code::Unreadable, says, 0))
}

const fn refuse(code: Code, says: &'static str, at: usize) -> JsonError {
    JsonError { code, says, at }
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn error<T>(&self, code: Code, says: &'static str) -> Result<T, JsonError> {
        Err(refuse(code, says, self.at))
    }

    /// What stands here and does not belong here.
    fn stray(&self, says: &'static str) -> JsonError {
        let says = match self.peek() {
            None => "the text ends too early",
            Some(b'/' | b'#') => "comments are no JSON",
            Some(b'\'') => "texts stand in double quotes",
            Some(_) => says,
        };
        refuse(Code::Unreadable, says, self.at)
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Boolean(true)),
            Some(b'f') => self.word("false", Json::Boolean(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'N' | b'I') => self.no_number(),
            _ => Err(self.stray("a value is expected")),
        }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(value);
        }
        Err(self.stray("a value is expected"))
    }

    fn number(&mut self) -> Result<Json<'a>, JsonError> {
        let Some((end, value)) = number::read(self.bytes, self.at) else {
            if self.bytes[self.at..].starts_with(b"-I") {
                return self.no_number();
            }
            return Err(self.stray("this is no JSON number"));
        };
        let Some(value) = value else {
            return self.error(
                Code::NumberUnreadable,
                "the number is too large or too long to be kept exactly; send it as text",
            );
        };
        self.at = end;
        Ok(value)
    }

    /// Some writers put these where JSON has no number.
    fn no_number(&self) -> Result<Json<'a>, JsonError> {
        let rest = &self.bytes[self.at..];
        if [&b"NaN"[..], b"Infinity", b"-Infinity"].iter().any(|word| rest.starts_with(word)) {
            return self.error(Code::NumberUnreadable, "NaN and Infinity are no JSON numbers");
        }
        Err(self.stray("a value is expected"))
    }

    fn open(&mut self, depth: usize) -> Result<(), JsonError> {
        if depth > DEPTH_MAX {
            return self.error(Code::TooDeep, "the text is nested more than 64 deep");
        }
        self.at += 1;
        self.blank();
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.open(depth)?;
        let mut list = Vec::new();
        if self.closes(b']') {
            return Ok(Json::List(list));
        }
        loop {
            list.push(self.value(depth)?);
            self.blank();
            if self.closes(b']') {
                return Ok(Json::List(list));
            }
            self.expect(b',', "a comma or the end of the list is expected")?;
            self.blank();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        let start = self.at;
        self.open(depth)?;
        let mut members = Vec::new();
        if !self.closes(b'}') {
            loop {
                members.push(self.member(depth)?);
                self.blank();
                if self.closes(b'}') {
                    break;
                }
                self.expect(b',', "a comma or the end of the object is expected")?;
                self.blank();
            }
        }
        Object::of(members).map(Json::Object).ok_or(refuse(
            Code::KeyTwice,
            "a key stands twice in the object that begins here",
            start,
        ))
    }

    fn member(&mut self, depth: usize) -> Result<(Cow<'a, str>, Json<'a>), JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.stray("a key in double quotes is expected"));
        }
        let key = self.string()?;
        self.blank();
        self.expect(b':', "a colon is expected after the key")?;
        self.blank();
        Ok((key, self.value(depth)?))
    }

    fn closes(&mut self, end: u8) -> bool {
        let closes = self.peek() == Some(end);
        self.at += usize::from(closes);
        closes
    }

    fn expect(&mut self, byte: u8, says: &'static str) -> Result<(), JsonError> {
        if self.closes(byte) { Ok(()) } else { Err(self.stray(says)) }
    }

    /// A text; borrowed unless it has an escape.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let start = self.at;
        self.plain();
        if self.closes(b'"') {
            return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        let mut text = String::from(&self.text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => {
                    return self.error(
                        Code::TextInvalid,
                        "a control character stands in a text without an escape",
                    );
                }
                None => return Err(self.stray("the text ends too early")),
            }
            let start = self.at;
            self.plain();
            text.push_str(&self.text[start..self.at]);
        }
        self.at += 1;
        Ok(Cow::Owned(text))
    }

    /// Goes to the next quote, backslash or control character.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        let plain = |byte: &u8| *byte != b'"' && *byte != b'\\' && *byte >= b' ';
        self.at += rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        self.at += 1;
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(refuse(Code::Unreadable, "the escape is unknown", start)),
        })
    }

    fn unicode(&mut self, start: usize) -> Result<char, JsonError> {
        let lone = refuse(Code::TextInvalid, "half of a surrogate pair stands alone", start);
        let first = self.four_digits()?;
        let scalar = match first {
            0 => return Err(refuse(Code::TextInvalid, "a text holds a NUL", start)),
            0xD800..=0xDBFF => {
                if !self.bytes[self.at..].starts_with(b"\\u") {
                    return Err(lone);
                }
                self.at += 2;
                let second = self.four_digits()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(lone);
                }
                0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            _ => first,
        };
        char::from_u32(scalar).ok_or(lone)
    }

    fn four_digits(&mut self) -> Result<u32, JsonError> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let mut number = 0;
        for byte in digits {
            let Some(digit) = char::from(*byte).to_digit(16) else { break };
            number = number << 4 | digit;
            self.at += 1;
        }
        if digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit) {
            return Ok(number);
        }
        self.error(Code::Unreadable, "four hexadecimal digits are expected")
    }
}
