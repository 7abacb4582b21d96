//! Words of several pages: states and sentences as people say them.

use domain::handoff::State;

/// A state as people say it.
pub(super) fn state_in_words(state: State) -> String {
    state.as_str().replace('-', " ")
}

/// A phrase as a sentence.
pub(in crate::faces) fn capital(text: &str) -> String {
    let mut all = text.chars();
    let first = all.next().map(|first| first.to_uppercase().collect::<String>());
    let mut sentence = first.unwrap_or_default();
    sentence.push_str(all.as_str());
    if !sentence.ends_with(['.', '!', '?', '”']) {
        sentence.push('.');
    }
    sentence
}
