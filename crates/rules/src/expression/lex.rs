//! The words of an expression.

use rust_decimal::Decimal;

use super::fault::Fault;

/// A word and where it stands, in bytes.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Word {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) token: Token,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Number(Decimal),
    /// An operator or a bracket.
    Mark(&'static str),
    End,
}

/// Longer ones first, so that `<=` is not read as `<`.
const MARKS: [&str; 22] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", ".", "+", "-", "*",
    "/", "?", ":", "%",
];

/// All words of a text, the last of which is [`Token::End`].
pub(super) fn words(text: &str) -> Result<Vec<Word>, Fault> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        let (token, length) = word(rest, first).map_err(|fault| fault.moved(at))?;
        words.push(Word { start: at as u32, end: (at + length) as u32, token });
        at += length;
    }
    let end = text.trim_end().len() as u32;
    words.push(Word { start: end, end, token: Token::End });
    Ok(words)
}

fn word(rest: &str, first: char) -> Result<(Token, usize), Fault> {
    if first == '"' || first == '\'' {
        return text(rest, 0);
    }
    if first == 'r' && rest[1..].starts_with(['"', '\'']) {
        return raw(rest);
    }
    if first.is_ascii_digit() {
        return number(rest);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let length = name(rest);
        return Ok((Token::Name(rest[..length].to_owned()), length));
    }
    let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
    let Some(mark) = mark else {
        let fault = Fault::new(0, first.len_utf8(), format!("`{first}` means nothing here"));
        return Err(match first {
            '=' => fault.help("write `==` to compare"),
            '&' => fault.help("write `&&` for \"and\""),
            '|' => fault.help("write `||` for \"or\""),
            '“' | '”' | '„' | '‘' | '’' => fault.help("use straight quotes"),
            _ => fault,
        });
    };
    Ok((Token::Mark(mark), mark.len()))
}

fn name(rest: &str) -> usize {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    rest.bytes().take_while(|byte| part(byte)).count()
}

fn number(rest: &str) -> Result<(Token, usize), Fault> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        let fraction = digits(&rest[length + 1..]);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    let tail = name(&rest[length..]);
    if tail > 0 {
        let help = "write plain digits; put a length of time in quotes, as in \"90m\"";
        return Err(Fault::new(0, length + tail, "this is no number").help(help));
    }
    match Decimal::from_str_exact(&rest[..length]) {
        Ok(number) => Ok((Token::Number(number), length)),
        Err(_) => Err(Fault::new(0, length, "the number has too many digits")),
    }
}

fn raw(rest: &str) -> Result<(Token, usize), Fault> {
    let quote = rest[1..].chars().next().expect("a quote was seen");
    match rest[2..].find(quote) {
        Some(length) => Ok((Token::Text(rest[2..2 + length].to_owned()), length + 3)),
        None => {
            Err(Fault::new(0, 2, "the quote is never closed").help("close it with the same sign"))
        }
    }
}

fn text(rest: &str, open: usize) -> Result<(Token, usize), Fault> {
    let quote = rest[open..].chars().next().expect("a quote was seen");
    let mut said = String::new();
    let mut marks = rest.char_indices().skip(1);
    while let Some((at, mark)) = marks.next() {
        match mark {
            mark if mark == quote => return Ok((Token::Text(said), at + 1)),
            '\\' => {
                let Some((_, escaped)) = marks.next() else { break };
                match escaped {
                    'n' => said.push('\n'),
                    't' => said.push('\t'),
                    'r' => said.push('\r'),
                    '"' | '\'' | '\\' | '`' | '?' => said.push(escaped),
                    'u' => {
                        let code = rest.get(at + 2..at + 6);
                        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
                        let Some(character) = code.and_then(char::from_u32) else {
                            let says = "`\\u` wants four hexadecimal digits";
                            return Err(Fault::new(at, 2, says));
                        };
                        said.push(character);
                        marks.nth(3);
                    }
                    _ => {
                        let says = format!("`\\{escaped}` stands for nothing");
                        let help = "double the backslash, or begin a pattern with r\"";
                        return Err(Fault::new(at, 1 + escaped.len_utf8(), says).help(help));
                    }
                }
            }
            mark => said.push(mark),
        }
    }
    Err(Fault::new(0, 1, "the quote is never closed").help("close it with the same sign"))
}
