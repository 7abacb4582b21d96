//! Two looks from outside, compared.

use super::history::{History, Somebody, Step};

/// Whether both know the same. Of whom somebody has taken a handoff, other handoffs may differ.
pub(super) fn compare(
    undone: &[Somebody],
    without: &[Somebody],
    history: &History,
) -> Result<(), String> {
    let taken: Vec<&str> = undone
        .iter()
        .filter(|somebody| somebody.open.iter().any(|(_, is_taken)| *is_taken))
        .flat_map(|somebody| somebody.touches.iter().map(String::as_str))
        .collect();
    let stripped = |somebody: &Somebody| {
        let mut somebody = somebody.clone();
        if somebody.touches.iter().any(|touch| taken.contains(&touch.as_str())) {
            somebody.open.clear();
        }
        somebody
    };
    let (undone, without): (Vec<Somebody>, Vec<Somebody>) =
        (undone.iter().map(stripped).collect(), without.iter().map(stripped).collect());
    if undone == without {
        return Ok(());
    }
    let only = |here: &[Somebody], there: &[Somebody]| -> Vec<Somebody> {
        here.iter().filter(|somebody| !there.contains(somebody)).cloned().collect()
    };
    let steps: Vec<String> = history.steps.iter().map(Step::told).collect();
    Err(format!(
        "undone: {:?}\nwithout: {:?}\n{}",
        only(&undone, &without),
        only(&without, &undone),
        steps.join("\n")
    ))
}
