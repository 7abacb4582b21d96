//! Globs on the base names of files.

/// A glob: `*` is any text, `?` any one character, `[abc]`, `[a-z]` and `[!a]` one of some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    pattern: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Exactly(char),
    /// Ranges, and whether one of them must match or none.
    Among(Vec<(char, char)>, bool),
}

impl Glob {
    /// Reads a glob; none where it is empty, has a path in it or an open bracket.
    pub fn new(pattern: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = pattern.chars();
        while let Some(character) = rest.next() {
            let part = match character {
                '/' | '\\' => return None,
                '*' => Part::Any,
                '?' => Part::One,
                '[' => {
                    let (inside, behind) = rest.as_str().split_once(']')?;
                    rest = behind.chars();
                    among(inside)?
                }
                other => Part::Exactly(other),
            };
            if part != Part::Any || parts.last() != Some(&Part::Any) {
                parts.push(part);
            }
        }
        (!parts.is_empty()).then(|| Self { pattern: pattern.to_owned(), parts })
    }

    /// The glob as written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether the whole name matches. The time is bounded by the product of the lengths.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let (mut part, mut at) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match self.parts.get(part) {
                Some(Part::Any) => {
                    retry = Some((part + 1, at));
                    part += 1;
                }
                Some(one) if name.get(at).is_some_and(|character| one.takes(*character)) => {
                    part += 1;
                    at += 1;
                }
                None if at == name.len() => return true,
                Some(_) | None => {
                    let Some((back, from)) = retry.filter(|(_, from)| *from < name.len()) else {
                        return false;
                    };
                    retry = Some((back, from + 1));
                    (part, at) = (back, from + 1);
                }
            }
        }
    }
}

impl Part {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Exactly(wanted) => *wanted == character,
            Self::Among(ranges, wanted) => {
                let inside = |(first, last): &(char, char)| (*first..=*last).contains(&character);
                ranges.iter().any(inside) == *wanted
            }
        }
    }
}

fn among(inside: &str) -> Option<Part> {
    let (inside, wanted) = match inside.strip_prefix(['!', '^']) {
        Some(rest) => (rest, false),
        None => (inside, true),
    };
    let signs: Vec<char> = inside.chars().collect();
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(first) = signs.get(at) {
        let last = (signs.get(at + 1) == Some(&'-')).then(|| signs.get(at + 2)).flatten();
        ranges.push((*first, *last.unwrap_or(first)));
        at += if last.is_some() { 3 } else { 1 };
    }
    (!ranges.is_empty()).then_some(Part::Among(ranges, wanted))
}
