//! From a parser's events to a tree, within limits.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Stretch};

use super::node::{Data, Key, Limits, Node, Scalar};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

pub(super) fn document(
    text: &str,
    file: FileId,
    limits: Limits,
    out: &mut Diagnostics,
) -> Option<Node> {
    if text.len() > limits.bytes {
        let says = format!("the file is larger than {} KiB", limits.bytes >> 10);
        out.push(Diagnostic::error("yaml-too-large", Span::top(file), says));
        return None;
    }
    let text = Text::new(text, file);
    let mut tree =
        Tree { text: &text, limits, open: Vec::new(), root: None, nodes: 0, bad: false, out };
    let mut parser = Parser::new_from_str(text.body());
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, stretch)) => tree.take(event, stretch)?,
            Err(error) => {
                let at = text.offset(*error.marker());
                let span = Span::of(file, at..text.next(at));
                let says = format!("this is not YAML: {}", error.info());
                tree.out
                    .push(Diagnostic::error("yaml-syntax", span, says).help(mend(error.info())));
                return None;
            }
        }
    }
    if tree.bad {
        return None;
    }
    Some(tree.root.unwrap_or(Node { span: Span::top(file), data: Data::Null }))
}

/// What most likely mends what the parser could not read.
fn mend(info: &str) -> &'static str {
    let about = |word: &str| info.contains(word);
    if about("anchor") {
        ALIAS_HELP
    } else if about("control") || about("printable") {
        "a control character stands here: take it out, or write it in double quotes as in \"\\x07\""
    } else if about("tab") {
        "indent with blanks instead of tabs"
    } else if about("comment") {
        "put the value in quotes, or the comment on a line of its own"
    } else {
        "a value with `: `, ` #`, quotes or brackets in it stands in quotes; look also whether a \
         bracket or quote before this place is left open"
    }
}

/// A text whose places the parser tells by line and character.
struct Text<'a> {
    whole: &'a str,
    file: FileId,
    /// Bytes of the mark in front.
    bom: usize,
    /// Where each character begins; empty where all are one byte long.
    characters: Vec<u32>,
    /// The first character of each line.
    lines: Vec<u32>,
}

impl<'a> Text<'a> {
    fn new(whole: &'a str, file: FileId) -> Self {
        let bom = if whole.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let body = &whole[bom..];
        let mut lines = vec![0];
        let mut before = None;
        for (at, character) in body.chars().enumerate() {
            match character {
                '\n' if before == Some('\r') => *lines.last_mut().expect("has one") = at as u32 + 1,
                '\n' | '\r' => lines.push(at as u32 + 1),
                _ => {}
            }
            before = Some(character);
        }
        let characters = if body.is_ascii() {
            Vec::new()
        } else {
            body.char_indices().map(|(at, _)| at as u32).collect()
        };
        Self { whole, file, bom, characters, lines }
    }

    fn body(&self) -> &'a str {
        &self.whole[self.bom..]
    }

    fn offset(&self, marker: Marker) -> usize {
        let line = self.lines.get(marker.line().saturating_sub(1)).copied();
        let character = line.map_or(usize::MAX, |first| first as usize + marker.col());
        let at = if self.characters.is_empty() {
            character
        } else {
            self.characters.get(character).map_or(usize::MAX, |at| *at as usize)
        };
        (self.bom.saturating_add(at)).min(self.whole.len())
    }

    fn next(&self, at: usize) -> usize {
        at + self.whole[at..].chars().next().map_or(0, char::len_utf8)
    }

    fn span(&self, stretch: Stretch) -> Span {
        let start = self.offset(stretch.start);
        Span::of(self.file, start..self.offset(stretch.end).max(start))
    }

    /// A scalar's own stretch: without the blanks that the parser counts to it.
    fn scalar_span(&self, stretch: Stretch) -> Span {
        let span = self.span(stretch);
        let text = &self.whole[span.start as usize..span.end as usize];
        Span { end: span.start + text.trim_end().len() as u32, ..span }
    }
}

/// A list or map that is not closed yet.
struct Open {
    start: Span,
    key: Option<Key>,
    data: Data,
    seen: BTreeSet<String>,
}

struct Tree<'a, 'o> {
    text: &'a Text<'a>,
    limits: Limits,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    bad: bool,
    out: &'o mut Diagnostics,
}

impl Tree<'_, '_> {
    /// Takes an event; `None` where reading on makes no sense.
    fn take(&mut self, event: Event<'_>, stretch: Stretch) -> Option<()> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) if self.root.is_some() => {
                let help = "keep one document in a file";
                self.refuse(
                    "yaml-syntax",
                    self.text.span(stretch),
                    "a second document begins",
                    help,
                );
                return None;
            }
            Event::DocumentStart(_) => {}
            Event::Alias(_) => {
                let span = self.text.scalar_span(stretch);
                self.refuse("yaml-alias", span, "an alias stands here", ALIAS_HELP);
                self.count(span)?;
                self.add(Node { span, data: Data::Null })?;
            }
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.text.scalar_span(stretch);
                self.judge(anchor, tag.is_some(), span);
                self.count(span)?;
                self.scalar(text.into_owned(), style, span)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.judge(anchor, tag.is_some(), self.text.span(stretch));
                self.begin(Data::List(Vec::new()), stretch)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.judge(anchor, tag.is_some(), self.text.span(stretch));
                self.begin(Data::Map(Vec::new()), stretch)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(stretch)?,
        }
        Some(())
    }

    fn judge(&mut self, anchor: usize, tagged: bool, span: Span) {
        if anchor > 0 {
            self.refuse("yaml-alias", span, "an anchor stands here", ALIAS_HELP);
        }
        if tagged {
            let help = "leave the tag out; the key says what type a value has";
            self.refuse("yaml-tag", span, "a tag stands here", help);
        }
    }

    fn refuse(&mut self, code: &'static str, span: Span, says: &str, help: &str) {
        self.bad = true;
        self.out.push(Diagnostic::error(code, span, says).help(help));
    }

    fn count(&mut self, span: Span) -> Option<()> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let says = format!("the file holds more than {} values", self.limits.nodes);
            self.out.push(Diagnostic::error("yaml-too-large", span, says));
            return None;
        }
        Some(())
    }

    fn begin(&mut self, data: Data, stretch: Stretch) -> Option<()> {
        let start = self.text.span(stretch);
        self.count(start)?;
        if self.open.len() >= self.limits.depth {
            let says = format!("more than {} lists and maps in one another", self.limits.depth);
            self.out.push(Diagnostic::error("yaml-too-large", start, says));
            return None;
        }
        if self.wants_key() {
            let help = "a key is a single text";
            self.refuse("yaml-syntax", start, "a list or map stands where a key belongs", help);
            return None;
        }
        self.open.push(Open { start, key: None, data, seen: BTreeSet::new() });
        Some(())
    }

    fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.data, Data::Map(_)) && open.key.is_none())
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, span: Span) -> Option<()> {
        let quoted = style != ScalarStyle::Plain;
        if self.wants_key() {
            self.key(text, quoted, span);
            return Some(());
        }
        let null = !quoted && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL");
        let data = if null { Data::Null } else { Data::Scalar(Scalar { text, quoted }) };
        self.add(Node { span, data })
    }

    fn key(&mut self, text: String, quoted: bool, span: Span) {
        if text == "<<" && !quoted {
            self.refuse("yaml-alias", span, "a merge key stands here", ALIAS_HELP);
        } else if text.is_empty() && !quoted {
            self.refuse("yaml-syntax", span, "a key is missing before the colon", "name the value");
        }
        let open = self.open.last_mut().expect("a key stands in a map");
        let again = !open.seen.insert(text.clone());
        open.key = Some(Key { text, span });
        if again {
            let says = format!(
                "the key `{}` stands twice in one map",
                self.text.whole[span.start as usize..span.end as usize]
                    .chars()
                    .take(40)
                    .collect::<String>()
            );
            self.refuse("yaml-key-twice", span, &says, "keep one of the two");
        }
    }

    fn end(&mut self, stretch: Stretch) -> Option<()> {
        let open = self.open.pop()?;
        let last = match &open.data {
            Data::List(nodes) => nodes.last().map(|node| node.span),
            Data::Map(pairs) => pairs.last().map(|(_, node)| node.span),
            Data::Null | Data::Scalar(_) => None,
        };
        let close = self.text.span(stretch);
        // A block collection ends where the next thing begins; its last child says where it really ends.
        let flow = close.end > close.start;
        let end = if flow { close.end } else { last.map_or(open.start.end, |last| last.end) };
        let start = open.start.start;
        self.add(Node { span: Span { end: end.max(start), ..open.start }, data: open.data })
    }

    fn add(&mut self, node: Node) -> Option<()> {
        if self.wants_key() {
            let help = "a key is a single text";
            self.refuse("yaml-syntax", node.span, "this cannot be a key", help);
            return None;
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(open) => match &mut open.data {
                Data::List(nodes) => nodes.push(node),
                Data::Map(pairs) => {
                    pairs.push((open.key.take().expect("a key came before"), node));
                }
                Data::Null | Data::Scalar(_) => {}
            },
        }
        Some(())
    }
}

const ALIAS_HELP: &str = "write the value out; anchors, aliases and merge keys are not read";
