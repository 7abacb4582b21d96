//! `baton import --maps`: the maps that are built in, listed, or one of them printed to be copied.

use connectors::import::{SHIPPED, ShippedMap};
use serde::Serialize;

use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::text::columns;

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    reads: &'static str,
}

/// Lists all maps where no name is given, else prints the one of that name.
pub(super) fn run(name: &str, call: &Call) -> Result<Ending, Failure> {
    let terminal = &call.terminal;
    if !name.is_empty() {
        let Some(map) = ShippedMap::named(name) else {
            let known: Vec<&str> = SHIPPED.iter().map(|map| map.name).collect();
            let says = format!("no map `{name}` is built in");
            let help = vec![format!("built in are {}", known.join(", "))];
            return Err(Failure::wrong("map-unread", says).with_help(help));
        };
        if terminal.json {
            terminal.json(&map.text)?;
        } else {
            terminal.line(map.text.trim_end())?;
        }
        return Ok(Ending::Done);
    }
    if terminal.json {
        for map in SHIPPED {
            terminal.json(&Listed { name: map.name, reads: map.reads })?;
        }
        return Ok(Ending::Done);
    }
    let row = |map: &ShippedMap| vec![map.name.to_owned(), map.reads.to_owned()];
    for line in columns(&SHIPPED.iter().map(row).collect::<Vec<_>>(), &[]) {
        terminal.line(&line)?;
    }
    Ok(Ending::Done)
}
