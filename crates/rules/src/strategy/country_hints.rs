//! Countries that no lead has as they are written: what is compared is compared letter by letter, so a name
//! where sources send codes, or small letters, never matches.

use std::collections::BTreeSet;

use notation::{Diagnostic, Diagnostics, Sources, Span};

use super::folder::StrategyFile;
use crate::columns::several;
use crate::countries::{code_of, is_code};
use crate::expression::Types;

/// Tells of countries that are written otherwise than sources send them. What contracts and import maps say
/// of the field decides; where they say nothing, sources send codes.
pub(super) fn tell(
    sources: &Sources,
    taken: &[StrategyFile],
    types: &Types,
    out: &mut Diagnostics,
) {
    let held = &types.held_countries;
    for country in &types.countries {
        doubtful(&country.value, country.span, held, out);
    }
    for StrategyFile { path, file, .. } in taken {
        let list = path.strip_prefix("lists/").and_then(|name| name.strip_suffix(".csv"));
        let asked = list.is_some_and(|name| types.country_lists.contains(name));
        if !asked && path != "territories.csv" {
            continue;
        }
        // What is wrong with the file itself was told.
        let Some(csv) = notation::parse_csv(sources, *file, &mut Diagnostics::new()) else {
            continue;
        };
        let column = if asked { Some(0) } else { csv.column("country") };
        let Some(column) = column else { continue };
        for cell in csv.rows.iter().filter_map(|row| row.get(column)) {
            if asked {
                doubtful(&cell.text, cell.span, held, out);
            } else {
                // Territories compare without regard to capitals.
                let capitals = |text: &&str| !is_code(&text.to_ascii_uppercase());
                several(&cell.text)
                    .filter(capitals)
                    .for_each(|text| doubtful(text, cell.span, held, out));
            }
        }
    }
}

fn doubtful(written: &str, span: Span, held: &BTreeSet<String>, out: &mut Diagnostics) {
    if held.contains(written) {
        return;
    }
    let Some(code) = code_of(written) else { return };
    let same = held.iter().find(|held| code_of(held) == Some(code));
    let names = !held.is_empty() && !held.iter().any(|held| is_code(held));
    let (says, help) = match same {
        Some(same) => (
            format!("`{written}` is never `{same}`, which is what the contracts and maps say"),
            format!("write \"{same}\""),
        ),
        None if written == code || names => return,
        None => (
            format!("`{written}` matches no country that a source sends as the code `{code}`"),
            format!(
                "write \"{code}\"; where your data holds names, keep its map in maps/, with \
                 `values: {{ {written}: {code} }}` to make codes of them"
            ),
        ),
    };
    out.push(Diagnostic::warning("country-doubtful", span, says).help(help));
}
