//! Words of names, and the beginnings by which people and companies are found.
//!
//! A word is compared without case and without marks on its letters. German and Nordic letters have a
//! second form, as they are spelled where a keyboard lacks them: `müller` is found by `muller` and by
//! `mueller`. Chinese, Japanese and Korean names have no blanks between their words: they are found by
//! single characters and by pairs of neighbours.

use std::collections::BTreeSet;

use domain::signal::{Content, IdentifierKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::company::company_domains;
use super::text::is_invisible;

/// Letters of the shortest beginning; shorter words are found as a whole.
const BEGINNING_MIN: usize = 3;
/// Letters of the longest beginning: what is typed beyond is compared with the name itself.
const BEGINNING_MAX: usize = 8;
/// Words of one name that are read.
const WORDS_MAX: usize = 16;
/// Letters of one word that are read.
const LETTERS_MAX: usize = 64;
/// Bytes of one name that are read.
const NAME_BYTES_MAX: usize = 1_024;

/// A word of a name, as names are compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NameWord {
    /// Without case and marks.
    plain: String,
    /// As it is spelled without the letters that a keyboard may lack, where that differs.
    spelled: Option<String>,
    /// Whether its characters are words of their own.
    is_ideographic: bool,
}

/// How a typed word is in a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WordMatch {
    /// A word begins so, or has these characters in it.
    Part,
    /// It is a word.
    Whole,
}

/// The words of a name, in its order.
pub fn name_words(name: &str) -> Vec<NameWord> {
    let mut words = WordReader::default();
    let end = name.len().min(NAME_BYTES_MAX);
    let end = (0..=end).rev().find(|at| name.is_char_boundary(*at)).unwrap_or_default();
    for character in name[..end].to_lowercase().nfkd() {
        words.take(character);
    }
    words.end();
    words.read.truncate(WORDS_MAX);
    words.read
}

/// The names of a person out of their parts: each, and the whole as it is written in one word.
pub fn person_names<'a>(
    first: Option<&'a str>,
    last: Option<&'a str>,
    whole: Option<&'a str>,
) -> Vec<String> {
    let mut names: Vec<String> =
        [first, last, whole].into_iter().flatten().map(str::to_owned).collect();
    if let (Some(first), Some(last)) = (first, last)
        && [first, last].iter().all(|name| name.chars().all(is_ideograph))
    {
        names.push(format!("{last}{first}"));
    }
    names
}

/// The first label of a company's domain: what people call it where its name is not known.
pub fn domain_label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or_default()
}

/// The beginnings by which somebody is found, as one signal says their names and their company's.
pub fn beginnings_said(content: &Content) -> BTreeSet<String> {
    let said = |name: &str| content.fields.get(name).and_then(|value| value.text());
    let (first, last) = (said("person.first_name"), said("person.last_name"));
    let mut names = person_names(first, last, said("person.name"));
    names.extend(said("account.name").map(str::to_owned));
    let companies = content.subject.iter().filter(|one| one.kind == IdentifierKind::Company);
    names.extend(companies.map(|company| company.value.to_string()));
    names.extend(said("account.domain").map(|domain| domain_label(domain).to_owned()));
    names.extend(company_domains(content).map(|domain| domain_label(&domain).to_owned()));
    names.iter().flat_map(|name| name_words(name)).flat_map(|word| word.beginnings()).collect()
}

impl NameWord {
    /// By what it is found.
    pub fn beginnings(&self) -> BTreeSet<String> {
        if self.is_ideographic {
            let characters: Vec<char> = self.plain.chars().collect();
            let alone = characters.iter().map(char::to_string);
            let pairs = characters.windows(2).map(|pair| pair.iter().collect());
            return alone.chain(pairs).collect();
        }
        self.forms().flat_map(beginnings_of).collect()
    }

    /// What has to be among the beginnings of a name that this was typed for: one of each list.
    pub fn wanted(&self) -> Vec<Vec<String>> {
        if self.is_ideographic {
            let characters: Vec<char> = self.plain.chars().collect();
            if let [only] = characters[..] {
                return vec![vec![only.to_string()]];
            }
            return characters.windows(2).map(|pair| vec![pair.iter().collect()]).collect();
        }
        let cut = |form: &str| form.chars().take(BEGINNING_MAX).collect();
        vec![self.forms().map(cut).collect()]
    }

    /// How a word that was typed is this one.
    pub fn matched_by(&self, typed: &Self) -> Option<WordMatch> {
        if self.is_ideographic || typed.is_ideographic {
            let is_part = self.is_ideographic && self.plain.contains(&typed.plain);
            let whole = self.plain == typed.plain;
            return is_part.then_some(if whole { WordMatch::Whole } else { WordMatch::Part });
        }
        let pairs = || self.forms().flat_map(|own| typed.forms().map(move |typed| (own, typed)));
        if pairs().any(|(own, typed)| own == typed) {
            return Some(WordMatch::Whole);
        }
        let begins = |(own, typed): (&str, &str)| {
            typed.chars().nth(BEGINNING_MIN - 1).is_some() && own.starts_with(typed)
        };
        pairs().any(begins).then_some(WordMatch::Part)
    }

    fn forms(&self) -> impl Iterator<Item = &str> + Clone {
        [Some(self.plain.as_str()), self.spelled.as_deref()].into_iter().flatten()
    }
}

fn beginnings_of(word: &str) -> Vec<String> {
    let ends: Vec<usize> = word.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
    if ends.len() < BEGINNING_MIN {
        return vec![word.to_owned()];
    }
    let ends = ends.iter().take(BEGINNING_MAX).skip(BEGINNING_MIN - 1);
    ends.map(|end| word[..*end].to_owned()).collect()
}

/// Reads words out of decomposed characters.
#[derive(Default)]
struct WordReader {
    read: Vec<NameWord>,
    plain: String,
    spelled: String,
    letters: usize,
    is_ideographic: bool,
}

impl WordReader {
    fn take(&mut self, character: char) {
        match character {
            // A mark on a letter.
            '\u{308}' if self.plain.ends_with(['a', 'o', 'u']) => self.spelled.push('e'),
            '\u{30a}' if self.plain.ends_with('a') => self.spelled.push('a'),
            mark if is_diacritic(mark) => {}
            apostrophe if is_apostrophe(apostrophe) || is_invisible(apostrophe) => {}
            letter if letter.is_alphanumeric() || is_combining_mark(letter) => self.letter(letter),
            _ => self.end(),
        }
    }

    fn letter(&mut self, letter: char) {
        let is_ideographic = is_ideograph(letter);
        if is_ideographic != self.is_ideographic && !is_combining_mark(letter) {
            self.end();
            self.is_ideographic = is_ideographic;
        }
        self.letters += 1;
        if self.letters > LETTERS_MAX {
            return;
        }
        let (plain, spelled) = match letter {
            'ß' => ("ss", "ss"),
            'æ' => ("ae", "ae"),
            'œ' => ("oe", "oe"),
            'ø' => ("o", "oe"),
            'ł' => ("l", "l"),
            'đ' | 'ð' => ("d", "d"),
            'þ' => ("th", "th"),
            'ħ' => ("h", "h"),
            'ŋ' => ("n", "n"),
            'ı' => ("i", "i"),
            'ς' => ("σ", "σ"),
            other => {
                self.plain.push(other);
                self.spelled.push(other);
                return;
            }
        };
        self.plain.push_str(plain);
        self.spelled.push_str(spelled);
    }

    fn end(&mut self) {
        let (plain, spelled) = (std::mem::take(&mut self.plain), std::mem::take(&mut self.spelled));
        self.letters = 0;
        if plain.is_empty() || self.read.len() > WORDS_MAX {
            return;
        }
        // What consists of parts that are no marks, as Korean syllables do, is one character again.
        let plain: String = plain.nfc().collect();
        let spelled: String = spelled.nfc().collect();
        let spelled = (spelled != plain).then_some(spelled);
        self.read.push(NameWord { plain, spelled, is_ideographic: self.is_ideographic });
    }
}

/// Marks that a name is compared without: accents and their like, Hebrew points and Arabic vowels. Vowel
/// signs of other scripts are part of a word.
fn is_diacritic(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}'
    )
}

/// `O'Brien` is `obrien`, whichever of the apostrophes a keyboard has.
fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`')
}

/// Characters of scripts that are written without blanks between words.
fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{1100}'..='\u{11ff}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}
