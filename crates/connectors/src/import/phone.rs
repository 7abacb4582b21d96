//! Phone numbers of a country that they do not name.

use std::str::FromStr;

use phonenumber::Mode;

/// The code of ISO 3166 of a country that is given by code or English name.
pub fn country(text: &str) -> Option<&'static str> {
    let plain: String = text.chars().filter(|sign| sign.is_alphanumeric()).collect();
    let known = |name: &str| celes::Country::from_str(name).ok();
    // The list writes names in one word, some of them with their article.
    known(&plain).or_else(|| known(&format!("the{plain}"))).map(|country| country.alpha2)
}

/// Whether a number says its country itself.
pub fn names_its_country(text: &str) -> bool {
    text.starts_with('+') || text.starts_with("00") || text.starts_with("tel:+")
}

/// A number of a country in international form, with its extension; none where it cannot be a number
/// there.
pub fn international(text: &str, country: &str) -> Option<String> {
    let region = phonenumber::country::Id::from_str(country).ok()?;
    let number = phonenumber::parse(Some(region), text).ok()?;
    if !phonenumber::is_valid(&number) {
        return None;
    }
    let mut written = number.format().mode(Mode::E164).to_string();
    if let Some(extension) = number.extension().map(ToString::to_string)
        && !written.contains("ext")
    {
        written.push_str(" ext. ");
        written.push_str(&extension);
    }
    Some(written)
}
