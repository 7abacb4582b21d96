//! Countries as people write them: by code, by English name, by the name that they have at home.

use std::str::FromStr;

/// Names at home, and others that people use and the list of ISO 3166 does not have; in small letters.
const OTHER_NAMES: [(&str, &str); 44] = [
    ("belgien", "BE"),
    ("belgique", "BE"),
    ("belgië", "BE"),
    ("brasil", "BR"),
    ("britain", "GB"),
    ("czech republic", "CZ"),
    ("dänemark", "DK"),
    ("danmark", "DK"),
    ("deutschland", "DE"),
    ("eire", "IE"),
    ("españa", "ES"),
    ("espana", "ES"),
    ("finnland", "FI"),
    ("frankreich", "FR"),
    ("great britain", "GB"),
    ("großbritannien", "GB"),
    ("holland", "NL"),
    ("irland", "IE"),
    ("italia", "IT"),
    ("italien", "IT"),
    ("luxemburg", "LU"),
    ("méxico", "MX"),
    ("nederland", "NL"),
    ("niederlande", "NL"),
    ("norge", "NO"),
    ("norwegen", "NO"),
    ("österreich", "AT"),
    ("oesterreich", "AT"),
    ("polen", "PL"),
    ("polska", "PL"),
    ("portugal", "PT"),
    ("schweden", "SE"),
    ("schweiz", "CH"),
    ("spanien", "ES"),
    ("suisse", "CH"),
    ("suomi", "FI"),
    ("sverige", "SE"),
    ("svizzera", "CH"),
    ("tschechien", "CZ"),
    ("türkei", "TR"),
    ("u.k.", "GB"),
    ("uk", "GB"),
    ("u.s.", "US"),
    ("u.s.a.", "US"),
];

/// The code of ISO 3166 of a country that is given by code or name, in whatever letters.
pub(crate) fn code_of(text: &str) -> Option<&'static str> {
    let small = text.trim().to_lowercase();
    if let Some((_, code)) = OTHER_NAMES.iter().find(|(name, _)| *name == small) {
        return Some(code);
    }
    let plain: String = small.chars().filter(|sign| sign.is_alphanumeric()).collect();
    if plain.is_empty() || plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let known = |name: &str| celes::Country::from_str(name).ok();
    // The list writes names in one word, some of them with their article.
    known(&plain).or_else(|| known(&format!("the{plain}"))).map(|country| country.alpha2)
}

/// Whether a text is the code of a country as sources send it: two capitals.
pub(crate) fn is_code(text: &str) -> bool {
    code_of(text) == Some(text)
}
