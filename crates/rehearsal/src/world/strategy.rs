//! The strategy of the made company: `examples/strategies/acme`, as it is shipped.

use rules::Files;

macro_rules! acme {
    ($($path:literal,)*) => {
        &[$(($path, include_bytes!(concat!("../../../../examples/strategies/acme/", $path))),)*]
    };
}

/// The files, by path.
const ACME: &[(&str, &[u8])] = acme![
    "brief.yaml",
    "calendars/berlin.yaml",
    "calendars/london.yaml",
    "calendars/new-york.yaml",
    "calendars/singapore.yaml",
    "contracts/lead-web.yaml",
    "destinations.yaml",
    "lists/americas.csv",
    "lists/apac.csv",
    "lists/buying_titles.csv",
    "lists/competitors.csv",
    "lists/dach.csv",
    "lists/emea.csv",
    "lists/target_industries.csv",
    "named_accounts.csv",
    "playbooks/energy.md",
    "playbooks/everybody.md",
    "readiness.yaml",
    "routing.yaml",
    "scoring.yaml",
    "sla.yaml",
    "strategy.yaml",
    "team.csv",
    "territories.csv",
];

/// The files of the strategy that the demo puts in force.
pub fn acme() -> Files {
    Files(ACME.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
}

/// The ids of the team, from the first column of its file.
pub(crate) fn team() -> Vec<String> {
    let (_, bytes) = ACME.iter().find(|(path, _)| *path == "team.csv").expect("it is listed");
    let text = String::from_utf8_lossy(bytes);
    let ids = text.lines().skip(1).filter_map(|line| line.split(',').next());
    ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}
