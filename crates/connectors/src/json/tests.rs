//! What is read, what is refused, and that nothing else can happen.

use domain::reason::Code;
use proptest::prelude::*;

use super::*;

const MAX: usize = 1 << 20;

fn read(text: &str) -> Json<'_> {
    parse(text.as_bytes(), MAX).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, code: Code) -> JsonError {
    let error = parse(bytes.as_ref(), MAX).expect_err("it is refused");
    assert_eq!(error.code, code, "{error}");
    error
}

fn text(text: &str) -> Json<'_> {
    Json::Text(text.into())
}

fn decimal(text: &str) -> Json<'static> {
    Json::Decimal(text.parse().unwrap())
}

#[test]
fn values_are_read() {
    for (given, expected) in [
        (" null ", Json::Null),
        ("true", Json::Boolean(true)),
        ("false", Json::Boolean(false)),
        ("\"\"", text("")),
        (r#""a\"\\\/\b\f\n\r\tz""#, text("a\"\\/\u{8}\u{c}\n\r\tz")),
        (r#""\u00e9\ud83d\ude00é""#, text("é😀é")),
        ("[1, [2] ,\n3]", Json::List(vec![1.into(), Json::List(vec![2.into()]), 3.into()])),
        ("[]", Json::List(vec![])),
        ("{}", Json::Object(Object::default())),
    ] {
        assert_eq!(read(given), expected, "{given}");
    }
}

impl From<i64> for Json<'_> {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

#[test]
fn members_are_found_whatever_their_order() {
    let json = read(r#"{"b": 1, "a": {"c": null}, "": 3}"#);
    let object = json.object().unwrap();
    assert_eq!(object.get("b"), Some(&1.into()));
    assert_eq!(object.get(""), Some(&3.into()));
    assert_eq!(object.get("c"), None);
    let inner = object.get("a").unwrap().object().unwrap();
    assert!(inner.get("c").unwrap().is_null());
    assert_eq!(inner.present("c"), None);
    assert_eq!(json, read(r#"{"":3,"a":{"c":null},"b":1}"#));
}

#[test]
fn j1_depth_is_bounded_without_a_deep_stack() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(64).as_bytes(), MAX).is_ok());
    refused(nested(65), Code::TooDeep);
    refused(nested(10_000), Code::TooDeep);
    refused("[".repeat(1_000_000), Code::TooDeep);
    refused("{\"a\":".repeat(10_000), Code::TooDeep);
}

#[test]
fn j2_a_key_that_stands_twice_is_refused() {
    refused(r#"{"a":1,"a":2}"#, Code::KeyTwice);
    refused(r#"{"x":[{"a":1,"b":2,"a":1}]}"#, Code::KeyTwice);
    refused(r#"{"a":1,"\u0061":2}"#, Code::KeyTwice);
    assert!(parse(br#"{"a":{"a":1},"A":2}"#, MAX).is_ok());
}

#[test]
fn j3_numbers_are_kept_exactly_or_refused() {
    for (given, expected) in [
        ("0", 0.into()),
        ("-0", 0.into()),
        ("-0.0", 0.into()),
        ("0e999999999999999999", 0.into()),
        ("9007199254740993", 9_007_199_254_740_993.into()),
        ("9223372036854775807", i64::MAX.into()),
        ("-9223372036854775808", i64::MIN.into()),
        ("9223372036854775808", decimal("9223372036854775808")),
        ("79228162514264337593543950335", decimal("79228162514264337593543950335")),
        ("0.1", decimal("0.1")),
        ("0.30000000000000004", decimal("0.30000000000000004")),
        ("-12.50", decimal("-12.5")),
        ("1.0", 1.into()),
        ("1e3", 1_000.into()),
        ("1.5E+2", 150.into()),
        ("125e-2", decimal("1.25")),
        ("1000000000000000000000e-20", 10.into()),
        ("0.0000000000000000000000000001", decimal("0.0000000000000000000000000001")),
    ] {
        assert_eq!(read(given), expected, "{given}");
    }
    for number in [
        "1e400",
        "-1e400",
        "1e29",
        "1e-29",
        "1e-999999999999999999999",
        "79228162514264337593543950336",
        "0.00000000000000000000000000001",
        "1.00000000000000000000000000001",
        "NaN",
        "Infinity",
        "-Infinity",
        "[NaN]",
    ] {
        refused(number, Code::NumberUnreadable);
    }
    refused("9".repeat(100_000), Code::NumberUnreadable);
    for number in ["01", "+1", ".5", "5.", "1e", "1e+", "-", "0x10", "1_000", "- 1"] {
        refused(number, Code::Unreadable);
    }
}

#[test]
fn j3_a_tenth_and_two_tenths_are_three_tenths() {
    let sum = |one: &str, other: &str| match (read(one), read(other)) {
        (Json::Decimal(one), Json::Decimal(other)) => Json::Decimal(one + other),
        _ => panic!("decimals"),
    };
    assert_eq!(sum("0.1", "0.2"), read("0.3"));
}

#[test]
fn j4_a_lone_surrogate_is_refused() {
    for lone in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#""\ud800x""#, r#""\ud800\n""#]
    {
        refused(lone, Code::TextInvalid);
    }
    refused(r#""\ud800\u12""#, Code::Unreadable);
}

#[test]
fn j5_other_encodings_are_refused_with_the_reason() {
    let bom = refused(b"\xEF\xBB\xBF{}", Code::Unreadable);
    assert!(bom.says.contains("byte order mark"), "{bom}");
    for utf16 in [&b"\xFF\xFE{\0}\0"[..], b"\xFE\xFF\0{\0}", b"{\0}\0", b"\0{\0}"] {
        let error = refused(utf16, Code::Unreadable);
        assert!(error.says.contains("UTF-16"), "{error}");
    }
    for invalid in [&b"\"\xC3\x28\""[..], b"\"\xC0\x80\"", b"\"\xED\xA0\x80\"", b"\"\xFF\""] {
        refused(invalid, Code::BytesUndecodable);
    }
}

#[test]
fn j6_names_of_other_languages_are_names() {
    let json = read(r#"{"__proto__": {"admin": true}, "constructor": 1}"#);
    let names: Vec<&str> = json.object().unwrap().iter().map(|member| member.0).collect();
    assert_eq!(names, ["__proto__", "constructor"]);
}

#[test]
fn j7_what_follows_and_what_comments_is_refused() {
    for text in [
        "{} x",
        "{}{}",
        "1 2",
        "{},",
        "// hi\n{}",
        "{/**/}",
        "[1,]",
        "{\"a\":1,}",
        "[,1]",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "[1 2]",
        "tru",
        "nul",
        "\"a",
        "[",
        "",
        " ",
        "\\",
        "\"\\x\"",
        "\"\\",
        "\"\\u00",
    ] {
        refused(text, Code::Unreadable);
    }
    assert!(refused("{} // hi", Code::Unreadable).says.contains("comments"));
}

#[test]
fn j8_size_and_colliding_keys_cost_little() {
    let many = format!("[{}0]", "0,".repeat(500_000 - 2));
    assert!(matches!(parse(many.as_bytes(), MAX), Ok(Json::List(list)) if list.len() == 499_999));
    refused("0".repeat(MAX + 1), Code::ItemTooLarge);
    let keys: Vec<String> = (0..60_000).map(|key| format!("\"k{key}\":0")).collect();
    let json = format!("{{{},\"end\":1}}", keys.join(","));
    let json = read(&json);
    assert_eq!(json.object().unwrap().get("k59999"), Some(&0.into()));
    assert_eq!(json.object().unwrap().get("end"), Some(&1.into()));
}

#[test]
fn j9_null_missing_and_empty_differ() {
    let of = |text| read(text).into_value();
    assert_eq!(of("null"), None);
    assert_eq!(of("\"\""), Some("".into()));
    let record = of(r#"{"null": null, "empty": "", "list": [null, 1]}"#).unwrap();
    assert_eq!(record.to_string(), "empty: , list: 1");
}

#[test]
fn j11_a_nul_is_refused_in_texts_and_keys() {
    refused(r#""a\u0000b""#, Code::TextInvalid);
    refused(r#"{"a\u0000": 1}"#, Code::TextInvalid);
    refused(b"[\"a\0b\"]", Code::TextInvalid);
    refused("\"a\nb\"", Code::TextInvalid);
}

#[test]
fn errors_say_where_and_not_what() {
    let error = refused(r#"{"email": "ada@example.com", "email": 1}"#, Code::KeyTwice);
    assert_eq!(error.to_string(), "a key stands twice in the object that begins here, at byte 0");
    assert_eq!(refused("[1, x]", Code::Unreadable).at, 4);
}

#[test]
fn what_is_written_is_read_again() {
    let given = r#"{"a":[1,-2.50,true,null],"b":{"c":"\"\\\n\u001fé"}}"#;
    let json = read(given);
    let text = write(&json);
    assert_eq!(text, r#"{"a":[1,-2.5,true,null],"b":{"c":"\"\\\n\u001fé"}}"#);
    assert_eq!(read(&text), json);
}

fn cut(bytes: &[u8]) -> Result<Vec<&str>, JsonError> {
    elements(bytes).map(|one| one.map(|one| std::str::from_utf8(one.1).unwrap())).collect()
}

#[test]
fn a_list_is_cut_into_its_items() {
    assert_eq!(cut(b" [ ] ").unwrap(), Vec::<&str>::new());
    assert_eq!(cut(br#"[1, {"a":"],}"} ,"x\"]"]"#).unwrap(), ["1", r#"{"a":"],}"}"#, r#""x\"]""#]);
    assert_eq!(cut(br#"[{"a":1,"a":2},[[]],{"b":}]"#).unwrap().len(), 3);
    for broken in ["", "{}", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "[\"a]", "[1]]", "[1] 2"] {
        assert!(cut(broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn an_object_is_cut_into_its_members() {
    let found: Vec<_> = members(br#" {"a": [1,2] , "b\"": "x"} "#).map(Result::unwrap).collect();
    assert_eq!(found, [(&b"a"[..], &b"[1,2]"[..]), (b"b\\\"", b"\"x\"")]);
    assert!(members(b"{\"a\":1").any(|member| member.is_err()));
    assert!(members(b"[]").any(|member| member.is_err()));
}

#[test]
fn lines_leave_blanks_out() {
    let found: Vec<_> = lines(b"\n{}\r\n \n[]\r").collect();
    assert_eq!(found, [b"{}", b"[]"]);
}

fn hash(text: &str) -> [u8; 32] {
    digest(read(text).object().unwrap(), &[])
}

#[test]
fn the_digest_is_of_the_meaning() {
    let same = hash(r#"{"a":1,"b":[true,null,"x"],"c":{"d":1.5,"e":2}}"#);
    assert_eq!(
        same,
        hash(" { \"c\" : {\"e\":2.0,\"d\":15e-1} ,\"b\":[true,null,\"\\u0078\"],\"a\":1.0}")
    );
    for other in [
        r#"{"a":1,"b":[true,null,"x"],"c":{"d":1.5,"e":3}}"#,
        r#"{"a":"1","b":[true,null,"x"],"c":{"d":1.5,"e":2}}"#,
        r#"{"a":1,"b":[null,true,"x"],"c":{"d":1.5,"e":2}}"#,
        r#"{"a":1,"b":[true,null,"x"],"c":{"d":1.5},"e":2}"#,
        r#"{"b":[true,null,"x"],"c":{"d":1.5,"e":2}}"#,
    ] {
        assert_ne!(same, hash(other), "{other}");
    }
    let json = read(r#"{"a":1,"sentAt":"x"}"#);
    assert_eq!(digest(json.object().unwrap(), &["sentAt"]), hash(r#"{"a":1}"#));
}

/// Any JSON as text, with its members in two orders.
fn twins() -> impl Strategy<Value = (String, String)> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|boolean| boolean.to_string()),
        any::<i64>().prop_map(|integer| integer.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text.replace('\0', "")).unwrap()),
    ]
    .prop_map(|text| (text.clone(), text));
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|list| {
                let (one, other): (Vec<_>, Vec<_>) = list.into_iter().unzip();
                (format!("[{}]", one.join(",")), format!("[ {} ]", other.join(" , ")))
            }),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..6).prop_map(|map| {
                let member = |(key, value): (&String, &String)| format!("\"{key}\": {value}");
                let one: Vec<_> = map.iter().map(|(key, value)| member((key, &value.0))).collect();
                let mut other: Vec<_> =
                    map.iter().map(|(key, value)| member((key, &value.1))).collect();
                other.reverse();
                (format!("{{{}}}", one.join(",")), format!("{{\n{}}}", other.join(",\t")))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, MAX);
        let _ = elements(&bytes).count() + members(&bytes).count() + lines(&bytes).count();
    }

    #[test]
    fn almost_json_is_read_or_refused(text in r#"[\[\]{},:"\\u0-9dDeE.+\- truefalsn]{0,80}"#) {
        let read = parse(text.as_bytes(), MAX);
        let other = serde_json::from_str::<serde_json::Value>(&text);
        // The other reader takes keys that stand twice and numbers that cannot be kept; no more.
        match read {
            Ok(_) => prop_assert!(other.is_ok(), "{text}"),
            Err(error) if error.code == Code::Unreadable => prop_assert!(other.is_err(), "{text}: {error}"),
            Err(_) => {}
        }
        let _ = elements(text.as_bytes()).count() + members(text.as_bytes()).count();
    }

    #[test]
    fn json_is_json_and_order_changes_no_digest((one, other) in twins()) {
        let (one, other) = (format!("{{\"x\":{one}}}"), format!("{{ \"x\" :{other}}}"));
        prop_assert_eq!(read(&one), read(&other));
        prop_assert_eq!(hash(&one), hash(&other));
        let written = write(&read(&one));
        prop_assert_eq!(read(&written), read(&one));
        prop_assert_eq!(members(one.as_bytes()).count(), 1);
    }

    #[test]
    fn a_list_comes_apart_where_it_was_joined(items in prop::collection::vec(twins(), 0..6)) {
        let items: Vec<String> = items.into_iter().map(|item| item.0).collect();
        let joined = format!("[{}]", items.join(" ,"));
        prop_assert_eq!(cut(joined.as_bytes()).unwrap(), items);
    }
}
