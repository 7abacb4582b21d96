use super::quoted;

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
