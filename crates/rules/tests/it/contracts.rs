//! What must hold at a seam, and what comes of it when it does not.
#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use domain::fact::Verdict;
use domain::handoff::Seam;
use domain::signal::{Content, Identifier, IdentifierKind};
use domain::{Fields, Moment, Value};
use notation::{Diagnostics, FileId, Sources};
use proptest::prelude::*;
use rules::contract::{self, Checked, Contract, Personal, looks_personal};

use crate::written::{Written, folder};

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

const HEAD: &str = "\
apiVersion: v3.1.0
kind: DataContract
id: lead-profile
name: Lead profile
version: 1.2.0
status: active
";

/// A contract of one object with these properties, indented as they stand.
fn with(top: &str, properties: &str) -> String {
    let mut text = format!("{HEAD}{top}schema:\n  - name: lead\n    properties:\n");
    for line in properties.lines() {
        text.push_str("      ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[track_caller]
fn read(text: &str) -> Written<Contract> {
    folder(&[("contracts/lead.yaml", text)]).read(contract::parse)
}

fn signal(fields: &[(&str, Value)]) -> Content {
    Content {
        kind: "form.submitted".into(),
        origin: "web".into(),
        source_id: "1".into(),
        occurred: Some(at("2026-01-07T15:00:00Z")),
        subject: vec![Identifier {
            kind: IdentifierKind::Email,
            value: "ada@acme.test".into(),
            verified: true,
        }],
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        vouched: None,
    }
}

fn checked(text: &str, content: &Content) -> Checked<Content> {
    read(text).sound().check(content, at("2026-01-07T15:00:01Z"))
}

/// The verdict and the findings as `code field`.
fn said<T>(checked: &Checked<T>) -> (Verdict, Vec<String>) {
    let findings = checked.findings.iter().map(|finding| {
        finding.field.as_ref().map_or(finding.code.to_string(), |f| format!("{} {f}", finding.code))
    });
    (checked.verdict, findings.collect())
}

#[track_caller]
fn check(properties: &str, fields: &[(&str, Value)], verdict: Verdict, findings: &[&str]) {
    let checked = checked(&with("", properties), &signal(fields));
    assert_eq!(said(&checked), (verdict, findings.iter().map(ToString::to_string).collect()));
}

/// One property with more lines.
fn property(name: &str, kind: &str, lines: &str) -> String {
    let mut text = format!("- name: {name}\n  logicalType: {kind}\n");
    for line in lines.lines() {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn custom(property: &str, value: &str) -> String {
    format!("customProperties: [{{ property: {property}, value: {value} }}]")
}

#[test]
fn a_sound_signal_passes_without_a_word() {
    let text = with(
        "",
        &[
            property("person.title", "string", "required: true"),
            property("employees", "integer", "logicalTypeOptions: { minimum: 1 }"),
            property("subject.email", "string", "logicalTypeOptions: { format: email }"),
            property("occurred", "timestamp", "required: true"),
        ]
        .concat(),
    );
    let fields = [("person.title", "CTO".into()), ("employees", 12.into()), ("other", 1.into())];
    let checked = checked(&text, &signal(&fields));
    assert_eq!(said(&checked), (Verdict::Passed, vec![]));
    assert_eq!(checked.repaired, None);
}

#[test]
fn d6_a_required_field_that_is_gone_quarantines_and_drops_nothing() {
    let title = property("person.title", "string", "required: true");
    check(&title, &[], Verdict::Quarantined, &["field-required person.title"]);
    let empty = format!("{title}  {}\n", custom("batonMissing", "[\"\", n/a]"));
    let fields = [("person.title", "n/a".into())];
    check(&empty, &fields, Verdict::Quarantined, &["field-required person.title"]);
}

#[test]
fn what_happens_to_a_field_that_fails_is_up_to_the_contract() {
    let of = |on_failure| property("count", "integer", &custom("batonOnFailure", on_failure));
    let fields = [("count", "many".into())];
    check(&of("warn"), &fields, Verdict::Warned, &["field-type count"]);
    check(&of("quarantine"), &fields, Verdict::Quarantined, &["field-type count"]);
    check(&of("reject"), &fields, Verdict::Rejected, &["field-type count"]);
    check(&of("repair"), &fields, Verdict::Repaired, &["field-type count", "repaired count"]);
    let gone = checked(&with("", &of("repair")), &signal(&fields)).repaired.unwrap();
    assert!(!gone.fields.contains_key("count"), "an optional field is left out");
}

#[test]
fn every_kind_of_rule_has_its_code() {
    let text = |options: &str| property("x", "string", &format!("logicalTypeOptions: {options}"));
    let bad = |properties: &str, value: Value, code: &str| {
        let finding = format!("{code} x");
        check(properties, &[("x", value)], Verdict::Quarantined, &[&finding]);
    };
    bad(&text("{ minLength: 3 }"), "ab".into(), "field-length");
    bad(&text("{ maxLength: 3 }"), "äöüß".into(), "field-length");
    bad(&text("{ pattern: \"^ACC[0-9]{8}$\" }"), "ACC1".into(), "field-pattern");
    bad(&text("{ format: uuid }"), "1".into(), "field-pattern");
    bad(&text("{}"), 1.into(), "field-type");
    let number =
        |options: &str| property("x", "integer", &format!("logicalTypeOptions: {options}"));
    bad(&number("{ minimum: 18 }"), 17.into(), "field-range");
    bad(&number("{ exclusiveMaximum: 100 }"), 100.into(), "field-range");
    bad(&number("{ multipleOf: 5 }"), 12.into(), "field-range");
    bad(&number("{ format: i8 }"), 128.into(), "field-range");
    bad(&number("{}"), "12".into(), "field-type");
    let date = property("x", "date", "logicalTypeOptions: { minimum: \"2020-01-01\" }");
    bad(&date, "2019-12-31".into(), "field-range");
    bad(&date, "31.12.2020".into(), "field-type");
    let listed = property("x", "string", &custom("batonValues", "[en, \"no\"]"));
    bad(&listed, "de".into(), "field-values");
    let none = property("x", "string", &custom("batonProhibited", "true"));
    bad(&none, "de".into(), "field-prohibited");
    let list = property("x", "array", "logicalTypeOptions: { maxItems: 2, uniqueItems: true }");
    let several = |n: i64| Value::List((0..n).map(Value::from).collect());
    bad(&list, several(3), "field-length");
    bad(&list, Value::List(vec![1.into(), 1.into()]), "field-values");
    let nested = "items: { logicalType: string }";
    bad(&property("x", "array", nested), several(1), "field-type");
    let record = property("x", "object", "logicalTypeOptions: { required: [children] }");
    bad(&record, Value::Record(Fields::new()), "field-required");
}

#[test]
fn d7_drift_of_values_and_units_is_found() {
    let stage = property("x", "string", &custom("batonValues", "[new, open]"));
    check(&stage, &[("x", "brand new".into())], Verdict::Quarantined, &["field-values x"]);
    // Cents where euros were meant.
    let amount = property("x", "number", "logicalTypeOptions: { maximum: 1000000 }");
    check(&amount, &[("x", 120_000_000.into())], Verdict::Quarantined, &["field-range x"]);
    let money = "- name: x\n  customProperties:\n    - { property: batonType, value: money }\n    \
                 - { property: batonCurrencies, value: [EUR] }\n";
    let dollars = domain::Money { amount: 12.into(), currency: "USD".to_owned() };
    check(money, &[("x", Value::Money(dollars))], Verdict::Quarantined, &["field-values x"]);
}

#[test]
fn d7_a_time_without_a_zone_is_told_unless_the_contract_names_one() {
    let time = property("x", "timestamp", "");
    let wall: Value = "2026-01-07 10:00:00".into();
    check(&time, &[("x", wall.clone())], Verdict::Quarantined, &["no-time-zone x"]);
    check(&time, &[("x", "2026-01-07T10:00:00+01:00".into())], Verdict::Passed, &[]);
    let options = "logicalTypeOptions: { defaultTimezone: Europe/Berlin }";
    let named =
        property("x", "timestamp", &format!("{options}\n{}", custom("batonRepair", "[zone]")));
    let repaired = checked(&with("", &named), &signal(&[("x", wall)])).repaired.unwrap();
    assert_eq!(repaired.fields["x"], Value::Moment(at("2026-01-07T09:00:00Z")));
}

#[test]
fn d8_personal_data_in_a_field_that_was_declared_free_of_it_is_blocked() {
    let note = property("note", "string", &custom("batonPersonalData", "false"));
    let found = ["write to ada@acme.test", "+49 30 901820", "GB33 BUKB 2020 1555 5555 55"];
    for text in found {
        check(&note, &[("note", text.into())], Verdict::Quarantined, &["personal-data note"]);
    }
    check(&note, &[("note", "call 2 people at 10:00".into())], Verdict::Passed, &[]);
    let top = "customProperties: [{ property: batonFreePersonalData, value: none }]\n";
    let text = with(top, &note);
    let unknown = checked(&text, &signal(&[("free", "ada@acme.test".into())]));
    assert_eq!(said(&unknown), (Verdict::Quarantined, vec!["personal-data".to_owned()]));
}

#[test]
fn the_look_for_personal_data_knows_a_number_from_a_phone_number() {
    for (text, expected) in [
        ("ada@acme.com", Some(Personal::Email)),
        ("/signup?e=ada%40acme.com", Some(Personal::Email)),
        ("name <jörg@müller.example>", Some(Personal::Email)),
        ("+1 (415) 555-0132", Some(Personal::Phone)),
        ("0049 30 90 18 20", Some(Personal::Phone)),
        ("(030) 901-820-11", Some(Personal::Phone)),
        ("DE89370400440532013000", Some(Personal::Iban)),
        ("pay 4111 1111 1111 1111 now", Some(Personal::Card)),
        ("5500-0000-0000-0004", Some(Personal::Card)),
        ("@acme", None),
        ("ada@acme", None),
        ("price @ 12.50", None),
        ("2026-12-24 10:00:00", None),
        ("order 4111111111111112", None),
        ("DE89370400440532013001", None),
        ("1767800000000", None),
        ("v1.2.3.4", None),
        ("00123", None),
        ("", None),
    ] {
        assert_eq!(looks_personal(text), expected, "{text}");
    }
}

#[test]
fn repairs_come_before_the_rules_and_are_noted() {
    let repair = |kind: &str, repairs: &str| property("x", kind, &custom("batonRepair", repairs));
    let mended = |properties: &str, value: Value| {
        let checked = checked(&with("", properties), &signal(&[("x", value)]));
        assert_eq!(said(&checked), (Verdict::Repaired, vec!["repaired x".to_owned()]));
        checked.repaired.unwrap().fields.remove("x")
    };
    assert_eq!(mended(&repair("string", "[trim, lower]"), " DE ".into()), Some("de".into()));
    assert_eq!(mended(&repair("string", "[blanks]"), "a \t b".into()), Some("a b".into()));
    assert_eq!(mended(&repair("integer", "[decimal-comma]"), "1.234".into()), Some(1234.into()));
    assert_eq!(
        mended(&repair("number", "[decimal-comma]"), "-1.234,50".into()).unwrap().to_string(),
        "-1234.5"
    );
    assert_eq!(mended(&repair("boolean", "[boolean]"), "Yes".into()), Some(true.into()));
    assert_eq!(mended(&repair("string", "[text]"), 12.into()), Some("12".into()));
    let replace = property("x", "string", &custom("batonReplace", "{ Deutschland: DE }"));
    assert_eq!(mended(&replace, "Deutschland".into()), Some("DE".into()));
    let default = property("z", "string", &custom("batonDefault", "unknown"));
    let filled = checked(&with("", &default), &signal(&[])).repaired.unwrap();
    assert_eq!(filled.fields["z"], "unknown".into());
    // What no repair understands is a failure as before.
    let comma = repair("integer", "[decimal-comma]");
    check(&comma, &[("x", "1.23".into())], Verdict::Quarantined, &["field-type x"]);
}

#[test]
fn identifiers_are_checked_and_repaired_like_fields() {
    let email = property("subject.email", "string", &custom("batonRepair", "[lower]"));
    let mut content = signal(&[]);
    content.subject[0].value = "Ada@Acme.test".into();
    let repaired = checked(&with("", &email), &content).repaired.unwrap();
    assert_eq!(repaired.subject[0].value, "ada@acme.test");
    let phone = property("subject.phone", "string", "required: true");
    check(&phone, &[], Verdict::Quarantined, &["field-required subject.phone"]);
}

#[test]
fn age_and_completeness_are_checked() {
    let top = "slaProperties: [{ property: freshness, value: 2, unit: d }]\n";
    let contract = read(&with(top, &property("a", "string", ""))).sound();
    let late = contract.check(&signal(&[]), at("2026-01-09T15:00:00.000001Z"));
    assert_eq!(said(&late), (Verdict::Warned, vec!["stale occurred".to_owned()]));
    let fresh = contract.check(&signal(&[]), at("2026-01-09T15:00:00Z"));
    assert_eq!(fresh.verdict, Verdict::Passed);

    let quality = "\n    quality: [{ metric: missingValues, unit: percent, \
                   mustBeLessOrEqualTo: 50 }]\n    properties:\n";
    let three = ["a", "b", "c"].map(|name| property(name, "string", "")).concat();
    let text = with("", &three).replace("\n    properties:\n", quality);
    let one = checked(&text, &signal(&[("a", "1".into())]));
    assert_eq!(said(&one), (Verdict::Quarantined, vec!["incomplete".to_owned()]));
    let two = checked(&text, &signal(&[("a", "1".into()), ("b", "2".into())]));
    assert_eq!(two.verdict, Verdict::Passed);
}

#[test]
fn j12_unknown_fields_are_what_the_contract_says() {
    let of = |word: &str| {
        let top = format!("{}\n", custom("batonUnknownFields", word));
        checked(
            &with(&top, &property("m", "string", "")),
            &signal(&[("a", 1.into()), ("z", 1.into())]),
        )
    };
    assert_eq!(of("allow").verdict, Verdict::Passed);
    let reject = of("reject");
    assert_eq!(reject.verdict, Verdict::Rejected);
    assert!(
        reject.findings.iter().all(|finding| finding.field.is_none()),
        "names come from outside"
    );
    assert_eq!(reject.findings.len(), 2);
    assert!(of("repair").repaired.unwrap().fields.is_empty());
}

#[test]
fn an_object_applies_to_its_kinds_and_groups_are_flat() {
    let text = format!(
        "{HEAD}schema:\n  - name: forms\n    customProperties: [{{ property: batonKinds, value: [form.*] }}]\n    \
         properties:\n      - name: person\n        logicalType: object\n        properties:\n          \
         - {{ name: title, logicalType: string, required: true }}\n"
    );
    let contract = read(&text).sound();
    assert!(contract.field("person.title").unwrap().required);
    let mut content = signal(&[]);
    assert_eq!(contract.check(&content, at("2026-01-07T15:00:00Z")).verdict, Verdict::Quarantined);
    content.kind = "page.viewed".into();
    assert_eq!(contract.check(&content, at("2026-01-07T15:00:00Z")).verdict, Verdict::Passed);
}

#[test]
fn later_seams_are_checked_by_the_same_code() {
    let top = format!("{}\n", custom("batonSeam", "decision"));
    let contract = read(&with(&top, &property("owner", "string", "required: true"))).sound();
    assert_eq!(contract.seam, Seam::Decision);
    let said = said(&contract.check_fields("decision", &Fields::new()));
    assert_eq!(said, (Verdict::Quarantined, vec!["field-required owner".to_owned()]));
}

type Versions = fn(&[Contract], &[Contract], &mut Diagnostics);

/// In the same folder, and against what was in force.
const VERSIONS: [Versions; 2] = [
    |first, second, out| contract::check_versions(&[first, second].concat(), out),
    |first, second, out| contract::check_kept(second, first, out),
];

#[test]
fn d1_the_same_version_with_another_content_is_refused() {
    let told = |second: &str, versions: Versions| {
        let mut sources = Sources::new();
        let first = with("", &property("a", "string", ""));
        let mut out = Diagnostics::new();
        let contracts: Vec<Contract> = [first.as_str(), second]
            .into_iter()
            .map(|text| {
                let file: FileId = sources.add("contracts/lead.yaml", text.to_owned());
                contract::parse(&sources, file, &mut out).unwrap()
            })
            .collect();
        versions(&contracts[..1], &contracts[1..], &mut out);
        let told = out.list().iter();
        told.map(|one| (one.code, sources.slice(one.span).to_owned())).collect::<Vec<_>>()
    };
    let required = with("", &property("a", "string", "required: true"));
    let only_layout = format!("# Ours.\n{}", with("", &property("a", "string", "")));
    for versions in VERSIONS {
        let at_the_version = ("contract-version-reused", "1.2.0".to_owned());
        assert_eq!(told(&required, versions), [at_the_version]);
        assert!(told(&required.replace("1.2.0", "2.0.0"), versions).is_empty());
        assert!(told(&only_layout, versions).is_empty());
    }
}

#[test]
fn d2_references_are_refused_wherever_they_stand() {
    for target in ["http://evil.test/x", "file:///etc/passwd", "#/schema"] {
        let top = format!("servers: [{{ server: x, type: y, deep: {{ $ref: \"{target}\" }} }}]\n");
        read(&with(&top, "- name: a\n")).refused("contract-reference", "$ref", "write out");
        let property = format!("- name: a\n  $ref: \"{target}\"\n");
        read(&with("", &property)).refused("contract-reference", "$ref", "");
    }
}

#[test]
fn d3_ten_thousand_alternatives_are_an_unknown_key() {
    let many = format!("- name: a\n  anyOf: [{}]\n", "{ x: 1 }, ".repeat(10_000));
    read(&with("", &many)).refused("unknown-key", "anyOf", "");
}

#[test]
fn d4_patterns_cost_time_in_proportion_and_are_refused_when_they_grow() {
    let pattern = |pattern: &str| {
        property("x", "string", &format!("logicalTypeOptions: {{ pattern: '{pattern}' }}"))
    };
    let long = "a".repeat(200_000) + "!";
    check(
        &pattern("^(a+)+$"),
        &[("x", long.as_str().into())],
        Verdict::Quarantined,
        &["field-pattern x"],
    );
    let huge = with("", &pattern("a{1,100000}{1,100000}"));
    read(&huge).refused("pattern-too-large", "'a{1,100000}{1,100000}'", "maxLength");
    read(&with("", &pattern(&"a".repeat(2_001)))).refused("pattern-too-large", "", "");
}

#[test]
fn d5_what_a_pattern_cannot_do_is_said_clearly() {
    let pattern = |pattern: &str| {
        read(&with(
            "",
            &property("x", "string", &format!("logicalTypeOptions: {{ pattern: '{pattern}' }}")),
        ))
    };
    pattern("(?<=a)b").refused("pattern-unsupported", "'(?<=a)b'", "without");
    pattern("(a)\\1").refused("pattern-unsupported", "", "");
    pattern("(a").refused("pattern-unreadable", "'(a'", "");
}

#[test]
fn what_no_contract_may_say_is_refused() {
    let check = |text: &str, code: &str, at: &str, help: &str| read(text).refused(code, at, help);
    let one = property("a", "string", "");
    check(&with("schemma: []\n", &one), "unknown-key", "schemma", "schema");
    check(&with("", "- name: a\n  requird: true\n"), "unknown-key", "requird", "required");
    let options = "logicalTypeOptions: { minLenght: 1 }";
    check(&with("", &property("a", "string", options)), "unknown-key", "minLenght", "minLength");
    let misplaced = "logicalTypeOptions: { pattern: x }";
    check(&with("", &property("a", "integer", misplaced)), "unknown-key", "pattern", "");
    let name = custom("batonProhibitd", "true");
    check(
        &with("", &property("a", "string", &name)),
        "unknown-key",
        "batonProhibitd",
        "batonProhibited",
    );
    check(&with("", &property("a", "strin", "")), "unknown-word", "strin", "string");
    check(&with("", &property("a", "string", "required: yes")), "yaml-type", "yes", "true");
    let repair = custom("batonRepair", "[trimm]");
    check(&with("", &property("a", "string", &repair)), "unknown-word", "trimm", "trim");
    let crossed = "logicalTypeOptions: { minimum: 5, maximum: 1 }";
    check(&with("", &property("a", "integer", crossed)), "contract-crossed", "1", "");
    let both = format!("required: true\n{}", custom("batonProhibited", "true"));
    check(&with("", &property("a", "string", &both)), "contract-crossed", "", "");
    check(&with("", &format!("{one}{one}")), "field-twice", "", "");
    check(&with("", &one).replace("v3.1.0", "v2.2.0"), "unknown-word", "v2.2.0", "v3.");
    check(&with("", &one).replace("1.2.0", "1.2"), "yaml-type", "1.2", "quotes");
    let seam = format!("{}\n", custom("batonSeam", "handoff"));
    check(&with(&seam, &one), "unknown-word", "handoff", "signal");
}

#[test]
fn a_rule_that_one_signal_cannot_tell_is_left_to_others_and_said() {
    let rule = "quality: [{ type: sql, query: SELECT 1, mustBe: 0 }]";
    let (_, warnings) = read(&with("", &property("a", "string", rule))).sound_with_warnings();
    assert_eq!(warnings, ["quality-not-checked"]);
}

#[test]
fn the_standards_own_rules_are_asked_where_they_can_be() {
    let valid =
        "quality: [{ metric: invalidValues, mustBe: 0, arguments: { validValues: [DE, AT] } }]";
    let country = property("x", "string", valid);
    check(&country, &[("x", "CH".into())], Verdict::Quarantined, &["field-values x"]);
    let nulls = "quality: [{ metric: missingValues, mustBe: 0, arguments: { missingValues: [null, \"-\"] } }]";
    let there = property("x", "string", nulls);
    check(&there, &[("x", "-".into())], Verdict::Quarantined, &["field-required x"]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "where the examples lie is a setting of the test")]
fn the_examples_of_the_standard_are_read() {
    let data = std::env::var("BATON_TEST_DATA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    let Ok(examples) = std::fs::read_dir(format!("{data}/odcs/examples")) else {
        crate::skipped_test::skipped(&format!("no examples in {data}/odcs; set BATON_TEST_DATA"));
        return;
    };
    let mut read_ones = 0;
    for example in examples {
        let path = example.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let (contract, warnings) = read(&text).sound_with_warnings();
        let known = ["contract-empty", "quality-not-checked"];
        assert!(warnings.iter().all(|code| known.contains(code)), "{path:?}: {warnings:?}");
        assert!(!contract.id.value.is_empty());
        read_ones += 1;
    }
    assert!(read_ones >= 12, "only {read_ones} examples were there");
}

#[test]
fn the_contract_of_the_guide_is_read_and_does_what_it_says() {
    let guide = include_str!("../../../../docs/how-to/contracts.md");
    let text = guide.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let contract = read(text).sound();
    let fields = [
        ("account.country", "Germany".into()),
        ("account.employees", 12.into()),
        ("message", "call me on +49 30 901820".into()),
        ("person.religion", "none of our business".into()),
    ];
    let checked = contract.check(&signal(&fields), at("2026-01-07T15:00:01Z"));
    let expected = [
        "repaired account.country",
        "personal-data message",
        "field-prohibited person.religion",
        "repaired person.religion",
    ];
    assert_eq!(said(&checked), (Verdict::Quarantined, expected.map(str::to_owned).to_vec()));
    let repaired = checked.repaired.unwrap();
    assert_eq!(repaired.fields["account.country"], "DE".into());
    assert!(!repaired.fields.contains_key("person.religion"));
}

fn some_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        ".{0,20}".prop_map(|text| Value::Text(text.into())),
        any::<i64>().prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(|n| Value::Moment(Moment(n))),
        (any::<i64>(), 0_u32..20)
            .prop_map(|(n, s)| Value::Decimal(rust_decimal::Decimal::new(n, s))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-c]", inner, 0..4)
                .prop_map(|fields| Value::Record(fields.into_iter().collect())),
        ]
    })
}

const EVERYTHING: &str = "\
- { name: a, logicalType: string, required: true, logicalTypeOptions: { minLength: 1, pattern: \"[a-z]\" } }
- { name: b, logicalType: integer, logicalTypeOptions: { format: i32 } }
- { name: c, logicalType: number, customProperties: [{ property: batonRepair, value: [trim, decimal-comma] }] }
- { name: d, logicalType: timestamp }
- { name: e, logicalType: date, customProperties: [{ property: batonOnFailure, value: repair }] }
- { name: f, logicalType: array, items: { logicalType: integer }, logicalTypeOptions: { uniqueItems: true } }
- { name: g, logicalType: object, properties: [{ name: a, logicalType: boolean }] }
- { name: h, logicalType: time, customProperties: [{ property: batonPersonalData, value: false }] }
";

proptest! {
    #[test]
    fn d10_no_input_breaks_a_check_and_what_was_repaired_needs_no_further_repair(
        fields in prop::collection::btree_map("[a-j]", some_value(), 0..10),
    ) {
        let contract = read(&with("", EVERYTHING)).sound();
        let mut content = signal(&[]);
        content.fields = fields.into_iter().collect();
        let checked = contract.check(&content, at("2026-01-07T15:00:01Z"));
        if let Some(repaired) = checked.repaired {
            let again = contract.check(&repaired, at("2026-01-07T15:00:01Z"));
            prop_assert_eq!(again.repaired, None);
        }
    }

    #[test]
    fn the_look_for_personal_data_takes_one_pass(sign in "[(+0A@ %.-]{1,4}") {
        looks_personal(&sign.repeat(100_000));
    }

    #[test]
    fn the_look_for_personal_data_takes_any_text(text in ".{0,200}") {
        looks_personal(&text);
    }

    #[test]
    fn addresses_are_found_wherever_they_stand(before in "[ a-z]{0,20}", after in "[ a-z]{0,20}") {
        let text = format!("{before} ada.ode@acme.test {after}");
        prop_assert_eq!(looks_personal(&text), Some(Personal::Email));
    }
}
