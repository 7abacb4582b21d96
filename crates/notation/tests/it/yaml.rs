//! YAML: what is read, what is refused (Y1 to Y5), and where a stretch of a scalar stands.

use std::fmt::Write as _;

use notation::{Data, Diagnostics, Limits, Node, Sources, parse, parse_within};

fn read(text: &str) -> (Sources, Option<Node>, Diagnostics) {
    let mut sources = Sources::new();
    let file = sources.add("it.yaml", text.to_owned());
    let mut out = Diagnostics::new();
    let node = parse(&sources, file, &mut out);
    (sources, node, out)
}

/// What is refused, as `code line:column`.
#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let (sources, _, out) = read(text);
    let told: Vec<String> = out
        .list()
        .iter()
        .map(|d| {
            let place = sources.place(d.span);
            format!("{} {}:{}", d.code, place.line, place.column)
        })
        .collect();
    assert_eq!(told, expected, "{text}");
}

#[test]
fn y1_anchors_and_aliases_are_refused_and_never_expanded() {
    refused("a: &x 1\nb: *x\n", &["yaml-alias 1:4", "yaml-alias 2:4"]);
    refused("a: {<<: {b: 1}}", &["yaml-alias 1:5"]);
    let mut laughs = String::from("l0: &l0 [ha]\n");
    for n in 1..60 {
        writeln!(laughs, "l{n}: &l{n} [*l{0}, *l{0}, *l{0}]", n - 1).expect("a text");
    }
    let (_, node, out) = read(&laughs);
    assert!(node.is_none() && out.errors() > 60);
}

#[test]
fn y2_a_key_twice_is_refused() {
    refused("a: 1\nb: 2\na: 3\n", &["yaml-key-twice 3:1"]);
    refused("{a: 1, 'a': 3}", &["yaml-key-twice 1:8"]);
    refused("x: {a: 1}\ny: {a: 1}\n", &[]);
}

#[test]
fn y5_tags_are_refused() {
    refused("a: !!python/object:os.system x", &["yaml-tag 1:4"]);
    refused("a: !include secrets.yaml", &["yaml-tag 1:4"]);
}

#[test]
fn a_file_that_is_not_yaml_is_told_at_its_place() {
    refused("a: [1, 2\n", &["yaml-syntax 2:1"]);
    refused("a: 1\n---\nb: 2\n", &["yaml-syntax 2:1"]);
    refused("? [a]\n: b\n", &["yaml-syntax 1:3"]);
}

#[test]
fn size_depth_and_count_are_bounded() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    refused(&deep, &["yaml-too-large 1:65"]);
    let blocks = "- ".repeat(100_000);
    assert_eq!(read(&blocks).2.errors(), 1);
    let large = "a".repeat((1 << 20) + 1);
    refused(&large, &["yaml-too-large 1:1"]);
    let mut sources = Sources::new();
    let file = sources.add("it.yaml", "[1, 2, 3, 4]".to_owned());
    let mut out = Diagnostics::new();
    let limits = Limits { nodes: 4, ..Limits::default() };
    assert!(parse_within(&sources, file, limits, &mut out).is_none());
    assert_eq!(out.list()[0].code, "yaml-too-large");
}

/// Reads the one value of `v` as each type and says which took it.
#[track_caller]
fn types(value: &str, expected: &str) {
    let (_, node, out) = read(&format!("v: {value}\n"));
    let node = node.unwrap_or_else(|| panic!("{:?}", out.list()));
    let Data::Map(pairs) = &node.data else { panic!("a map") };
    let value_node = &pairs[0].1;
    let mut out = Diagnostics::new();
    let mut took = Vec::new();
    took.extend(value_node.text(&mut out).map(|_| "text"));
    took.extend(value_node.boolean(&mut out).map(|_| "boolean"));
    took.extend(value_node.integer(&mut out).map(|_| "integer"));
    took.extend(value_node.decimal(&mut out).map(|_| "decimal"));
    assert_eq!(took.join(" "), expected, "{value}");
    assert_eq!(out.errors() + took.len(), 4);
}

#[test]
fn y3_a_value_is_of_the_type_that_everybody_reads() {
    types("hello", "text");
    types("hand off", "text");
    types("2%", "text");
    types("1h", "text");
    types("09:00-12:30", "text");
    types("no", "");
    types("on", "");
    types("NO", "");
    types("'no'", "text");
    types("1:30", "");
    types("0o17", "");
    types("0x1F", "");
    types("1_000", "");
    types("1e3", "");
    types("007", "");
    types("~", "");
    types(".5", "");
    types("2026-12-24", "");
    types("\"2026-12-24\"", "text");
    types("true", "boolean");
    types("'true'", "text");
    types("12", "integer decimal");
    types("-12", "integer decimal");
    types("'12'", "text");
    types("1.50", "decimal");
    types("99999999999999999999", "decimal");
    types("|\n  no\n", "text");
}

#[test]
fn y4_an_unknown_key_is_told_with_the_nearest_name() {
    let (_, node, _) = read("calender: owner\nwithin: 1h\n");
    let node = node.expect("read");
    let mut out = Diagnostics::new();
    let mut fields = node.map(&mut out).expect("a map");
    assert!(fields.optional("within").is_some());
    assert!(fields.required("calendar", &mut out).is_none());
    fields.finish(&mut out);
    let told: Vec<_> = out.list().iter().map(|d| (d.code, d.help.as_deref())).collect();
    assert_eq!(told, [("unknown-key", Some("did you mean `calendar`?"))]);
}

/// The stretch of the file that stands for `word` in the first scalar.
#[track_caller]
fn placed(text: &str, word: &str) {
    let (sources, node, out) = read(text);
    let node = node.unwrap_or_else(|| panic!("{:?}", out.list()));
    let Data::Map(pairs) = &node.data else { panic!("a map") };
    let Data::Scalar(scalar) = &pairs[0].1.data else { panic!("a scalar") };
    let at = scalar.text.rfind(word).expect("the word is there");
    let span = pairs[0].1.place_of(&sources, at, at + word.len());
    let found = sources.slice(span);
    assert_eq!(found, word, "{text}");
    assert_eq!(span.start as usize, text.rfind(word).expect("it stands there"), "{text}");
}

#[test]
fn a_stretch_of_a_scalar_has_its_place_in_the_file() {
    placed("a: one && two # two?\n".trim_end_matches(" # two?\n"), "two");
    placed("a: 'it''s && ''x'' == two'", "two");
    placed(r#"a: "tab\t \"x\" == \u00e4 && two""#, "two");
    placed("a: |\n  one &&\n    two\n", "two");
    placed("a: >-  # why\n  one\n  &&\n\n  two\n", "two");
    placed("a: one\n   && two\n", "two");
    placed("# ä ö ü €\nä: 'é == two'\n", "two");
    placed("\u{feff}a: 'é == two'\n", "two");
    placed("a: \"one \\\n   two\"\n", "two");
}

#[test]
fn no_bytes_make_it_panic() {
    let pieces = [
        "a", ":", " ", "\n", "- ", "[", "]", "{", "}", ",", "'", "\"", "|", ">", "&", "*", "!",
        "#", "\\", "é", "\u{feff}", "\t", "\r\n", "? ", "%", "---\n", "...", "<<", "\u{2028}", "0",
    ];
    let mut state = 2026u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let (sources, node, out) = read(&text);
        assert!(node.is_some() || out.errors() > 0, "{text:?}");
        for diagnostic in out.list() {
            notation::draw(&sources, diagnostic);
        }
        if let Some(node) = node {
            node.place_of(&sources, 1, 3);
        }
    }
}

#[test]
fn a_large_file_of_anything_is_read_in_time() {
    let pieces = [
        "a: ",
        "- ",
        "? ",
        "[",
        "{a: ",
        "a: b\n",
        "- a\n",
        "  ",
        "\t",
        "\n",
        "# x\n",
        "'",
        "\"",
        "'a' ",
        "a ",
        "a\n ",
        "{a: b}, ",
        "[a, ",
        "| \n",
        ": ",
        ", ",
        "&a ",
        "*a ",
        "!a ",
        "a:\n ",
        "%x\n",
        "\"\\n",
        "--- ",
        "...\n",
        "é",
        "a: [b]\n",
        "\r",
        "<<: ",
        "? a\n: b\n",
        "a, b: ",
        "[a: b, ",
    ];
    for piece in pieces {
        let text = piece.repeat((64 << 10) / piece.len());
        read(&text);
        read(&format!("x:\n  - {text}"));
        read(&format!("x: [{text}"));
    }
}
