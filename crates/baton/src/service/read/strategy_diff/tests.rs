use rules::Files;

use super::{Change, Difference, differences};

fn folder(files: &[(&str, &str)]) -> Files {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    Files(files.collect())
}

/// What differs in one file, a line each.
#[track_caller]
fn check(name: &str, before: &str, after: &str, expected: &[&str]) {
    let found = differences(&folder(&[(name, before)]), &folder(&[(name, after)]));
    let line = |known: &Difference| {
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let change = match known.change {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
            Change::Moved => "moved",
        };
        format!("{} {change} {} {}", known.at, said(&known.from), said(&known.to))
    };
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected);
}

#[test]
fn found_g2_values_of_yaml_are_compared_by_their_keys() {
    let before = "pools:\n  reps: { method: weighted, caps: { day: 20 } }\n";
    check(
        "routing.yaml",
        before,
        "# A comment.\npools: { reps: { caps: { day: 20 }, method: weighted } }\n",
        &[],
    );
    check(
        "routing.yaml",
        before,
        "pools:\n  reps: { method: in turn, caps: { open: 5 } }\n",
        &[
            "pools.reps.caps.day removed 20 -",
            "pools.reps.method changed weighted in turn",
            "pools.reps.caps.open added - 5",
        ],
    );
}

#[test]
fn found_g2_items_with_a_name_are_compared_by_it_and_their_order_counts() {
    let before = "routes:\n  - { route: a, to: { pool: x } }\n  - { route: b, to: { pool: y } }\n";
    let after = "routes:\n  - { route: b, to: { pool: z } }\n  - { route: a, to: { pool: x } }\n  - { route: c, to: { pool: x } }\n";
    check(
        "routing.yaml",
        before,
        after,
        &[
            "routes `b`.to.pool changed y z",
            "routes `c`.route added - c",
            "routes `c`.to.pool added - x",
            "routes added - c",
            "routes moved a; b b; a",
        ],
    );
}

#[test]
fn found_g2_rows_of_a_table_are_compared_whole() {
    let before = "rows:\n  - [ true, hand off ]\n  - [ \"-\", nurture ]\n";
    let after = "rows:\n  - [ true, hand off ]\n  - [ false, suppress ]\n  - [ \"-\", nurture ]\n";
    check("readiness.yaml", before, after, &["rows added - [false, suppress]"]);
}

#[test]
fn found_g2_cells_of_csv_are_compared_by_row_and_column() {
    let before = "id,name,weight\nann,Ann,1\nbob,Bob,1\n";
    check("team.csv", before, "id;name;weight\nann;Ann;1\nbob;Bob;1\n", &[]);
    check(
        "team.csv",
        before,
        "id,name,weight\nann,Ann,2\ncy,Cy,\n",
        &[
            "ann, weight changed 1 2",
            "bob, name removed Bob -",
            "bob, weight removed 1 -",
            "cy, name added - Cy",
            "rows removed bob -",
            "rows added - cy",
        ],
    );
    let leave = "id,from\nann,2026-01-01\n";
    check(
        "leave.csv",
        &format!("{leave}ann,2026-02-01\n"),
        &format!("{leave}ann,2026-03-01\n"),
        &["row removed ann, 2026-02-01 -", "row added - ann, 2026-03-01"],
    );
}

#[test]
fn what_cannot_be_read_and_other_files_are_compared_by_line() {
    check("routing.yaml", "routes: [", "routes: [\n# x", &["line added - # x"]);
    check(
        "playbooks/a.md",
        "one\ntwo\n",
        "one\nthree\n",
        &["line removed two -", "line added - three"],
    );
    let found = differences(&folder(&[("a.csv", "x\n")]), &folder(&[("b.csv", "x\n")]));
    let changes: Vec<Change> = found.iter().map(|known| known.change).collect();
    assert_eq!(changes, [Change::Removed, Change::Added]);
}
