use super::{fitted, quoted};

#[test]
fn found_g5_a_command_can_be_pasted_whatever_its_folder_is_called() {
    for (word, expected) in [
        ("/opt/baton", "/opt/baton"),
        ("./target/release/baton", "./target/release/baton"),
        ("h-7f3a", "h-7f3a"),
        ("2026-11-20T13:38:02.000000Z", "2026-11-20T13:38:02.000000Z"),
        ("/opt/my tools/baton", "'/opt/my tools/baton'"),
        ("it's", "'it'\\''s'"),
        ("$HOME;rm", "'$HOME;rm'"),
        ("", "''"),
    ] {
        assert_eq!(quoted(word), expected);
    }
}

#[test]
fn a_table_that_is_too_wide_goes_on_in_the_next_line() {
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let rows = [
        row(["handoff", "due", "who", "company"]),
        row([
            "h-0123456789abcdef",
            "2026-11-20 13:38",
            "Ada King of Lovelace",
            "Analytical Engines",
        ]),
        row(["h-fedcba9876543210", "11-21 09:00", "Bo", "Donaudampfschifffahrt"]),
    ];
    let lines = fitted(&rows, &[], 60);
    assert!(lines.iter().all(|line| line.chars().count() <= 60), "{lines:#?}");
    let whole = lines.join("\n");
    for part in ["h-0123456789abcdef", "2026-11-20 13:38", "11-21 09:00", "Lovelace", "Engines"] {
        assert!(whole.contains(part), "{part} in {lines:#?}");
    }
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let said: usize = rows.iter().flatten().map(|cell| letters(cell)).sum();
    assert_eq!(lines.iter().map(|line| letters(line)).sum::<usize>(), said, "nothing is left out");
    let wide: Vec<String> = fitted(&rows, &[], 200);
    assert_eq!(wide.len(), 3, "what fits stays on its line");
}
