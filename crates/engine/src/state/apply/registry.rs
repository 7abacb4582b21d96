//! What was put in force, and what can be gone back to.

use domain::fact::{Header, StrategyVersion};

use super::super::registry::StrategyInForce;
use super::super::scratch::Scratch;

pub(super) fn applied(
    scratch: &mut Scratch<'_>,
    header: &Header,
    version: StrategyVersion,
    mode: &str,
    rollback: bool,
) {
    let registry = scratch.registry_mut();
    registry.force = Some(StrategyInForce { version, mode: mode.to_owned(), since: header.moment });
    match registry.stack.iter().rposition(|known| *known == version) {
        Some(at) if rollback => registry.stack.truncate(at + 1),
        _ if registry.stack.last() == Some(&version) => {}
        _ => registry.stack.push(version),
    }
}
