//! Weekdays as `week` of a calendar names them, and what somebody meant who wrote them in another language.

use notation::{Diagnostic, Diagnostics, Key, nearest};

/// The weekdays, Monday first.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A language and its weekdays, Monday first: short forms, then words that long forms begin with.
struct Language {
    name: &'static str,
    short: [&'static str; 7],
    begins: [&'static str; 7],
}

const LANGUAGES: [Language; 8] = [
    Language {
        name: "German",
        short: ["mo", "di", "mi", "do", "fr", "sa", "so"],
        begins: ["mon", "die", "mit", "don", "fre", "sam", "son"],
    },
    Language {
        name: "Dutch",
        short: ["ma", "di", "wo", "do", "vr", "za", "zo"],
        begins: ["maa", "din", "woe", "don", "vri", "zat", "zon"],
    },
    Language {
        name: "French",
        short: ["lu", "ma", "me", "je", "ve", "sa", "di"],
        begins: ["lun", "mar", "mer", "jeu", "ven", "sam", "dim"],
    },
    Language {
        name: "Spanish",
        short: ["lu", "ma", "mi", "ju", "vi", "sa", "do"],
        begins: ["lun", "mar", "mie", "jue", "vie", "sab", "dom"],
    },
    Language {
        name: "Italian",
        short: ["lu", "ma", "me", "gi", "ve", "sa", "do"],
        begins: ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
    },
    Language {
        name: "Portuguese",
        short: ["sg", "te", "qa", "qi", "sx", "sa", "do"],
        begins: ["seg", "ter", "qua", "qui", "sex", "sab", "dom"],
    },
    Language {
        name: "Polish",
        short: ["pn", "wt", "sr", "cz", "pt", "so", "nd"],
        begins: ["pon", "wto", "sro", "czw", "pia", "sob", "nie"],
    },
    Language {
        name: "Swedish",
        short: ["må", "ti", "on", "to", "fr", "lö", "sö"],
        begins: ["man", "tis", "ons", "tor", "fre", "lor", "son"],
    },
];

/// What joins two days to a stretch.
const DASHES: [char; 4] = ['-', '–', '—', '‑'];

/// The days of a key, `mon`, `mon-fri`, `sat-mon`, several with commas, by their places in the week. `keys` are
/// all keys of the week: words of another language are told by what they are together.
pub(super) fn days(key: &Key, keys: &[&str], out: &mut Diagnostics) -> Vec<usize> {
    let mut found = Vec::new();
    for part in key.text.split(',').map(str::trim).take(DAYS.len()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let place = |word: &str| DAYS.iter().position(|day| *day == word.trim());
        let (Some(first), Some(last)) = (place(first), place(last)) else {
            out.push(unknown(key, keys));
            return found;
        };
        let mut at = first;
        loop {
            found.push(at);
            if at == last {
                break;
            }
            at = (at + 1) % DAYS.len();
        }
    }
    found
}

fn unknown(key: &Key, keys: &[&str]) -> Diagnostic {
    let told = Diagnostic::error("weekday-unknown", key.span, "the key is no weekday");
    let english = |word: &str| {
        let small = word.to_lowercase();
        let long = DAYS.iter().find(|day| small.starts_with(**day));
        long.copied().or_else(|| nearest(word, DAYS))
    };
    if let Some(meant) = written(&key.text, |word| {
        let small = word.to_lowercase();
        DAYS.iter().find(|day| small.starts_with(**day)).copied()
    }) {
        return told.help(format!("did you mean `{meant}`?"));
    }
    if let Some((language, meant)) = foreign(&key.text, keys) {
        let help =
            format!("weekdays are in English: write `{meant}` for the {language} `{}`", key.text);
        return told.help(help);
    }
    match written(&key.text, english) {
        Some(meant) => told.help(format!("did you mean `{meant}`?")),
        None => {
            told.help(format!("weekdays are {}, and stretches like `mon-fri`", DAYS.join(", ")))
        }
    }
}

/// A key in the first language in which all keys of the week can be read, else in the first that can read it.
fn foreign(key: &str, keys: &[&str]) -> Option<(&'static str, String)> {
    let reads = |language: &Language, text: &str| written(text, |word| language.day(word));
    let english =
        |text: &str| written(text, |word| DAYS.iter().find(|day| **day == word).copied()).is_some();
    let whole = LANGUAGES
        .iter()
        .find(|one| keys.iter().all(|key| english(key) || reads(one, key).is_some()));
    let language = whole.or_else(|| LANGUAGES.iter().find(|one| reads(one, key).is_some()))?;
    Some((language.name, reads(language, key)?))
}

/// A key with each of its words by its English name; none where one of them has none.
fn written(key: &str, day: impl Fn(&str) -> Option<&'static str>) -> Option<String> {
    let parts = key.split(',').map(|part| {
        let part = part.replace(DASHES, "-");
        let words = part.split('-').map(|word| day(word.trim().trim_end_matches('.')));
        let words: Option<Vec<&str>> = words.collect();
        words.filter(|words| words.len() <= 2).map(|words| words.join("-"))
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join(", "))
}

impl Language {
    /// The English short form of a weekday of this language.
    fn day(&self, word: &str) -> Option<&'static str> {
        let small = word.to_lowercase();
        let plain: String = small.chars().map(without_accent).collect();
        let begin: String = plain.chars().take(3).collect();
        let short = |days: &[&str; 7], text: &str| days.iter().position(|day| *day == text);
        let at = short(&self.short, &small)
            .or_else(|| short(&self.short, &plain))
            .or_else(|| short(&self.begins, &begin))?;
        DAYS.get(at).copied()
    }
}

const fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'å' | 'ä' | 'ą' => 'a',
        'é' | 'è' | 'ę' => 'e',
        'í' | 'ì' => 'i',
        'ó' | 'ò' | 'ö' => 'o',
        'ś' => 's',
        'ç' => 'c',
        other => other,
    }
}
