//! By what a signal names somebody and their company.

use domain::signal::{Content, Key, SourceName};
use engine::identity::{NameRole, Workplace, identifiers, identifiers_with};
use rules::Strategy;

const ROLES: [NameRole; 4] =
    [NameRole::Counted, NameRole::Beside, NameRole::Sited, NameRole::Several];

/// All by which somebody can be found: whoever has one of them as well may be taken for them.
pub(super) fn names_of(
    strategy: Option<&Strategy>,
    source: &SourceName,
    content: &Content,
) -> Vec<Key> {
    let mut names = keys_of(source, content);
    names.extend(company_names(strategy, source, content));
    names
}

/// What leads from a signal to its node.
pub(crate) fn keys_of(source: &SourceName, content: &Content) -> Vec<Key> {
    identifiers(source, content).keys
}

/// What leads from a signal to its account, by the lists of the world and by those of the strategy.
pub(crate) fn company_names(
    strategy: Option<&Strategy>,
    source: &SourceName,
    content: &Content,
) -> Vec<Key> {
    let usual = identifiers(source, content).workplace;
    let lists = strategy.map(|strategy| &strategy.mail).filter(|lists| !lists.is_empty());
    let judged = lists.and_then(|lists| identifiers_with(source, content, lists).workplace);
    let names = |place: Workplace| ROLES.into_iter().filter_map(move |role| place.key(role));
    usual.into_iter().chain(judged).flat_map(names).collect()
}
