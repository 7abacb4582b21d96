//! Types, repairs, times and null words.

use domain::Fields;
use domain::reason::Code;

use super::{held, one, signals};

/// What a cell becomes under the settings of its field.
#[track_caller]
fn value(field: &str, cell: &str) -> Result<Option<String>, Code> {
    read(&format!("fields: {{ v: {field} }}"), cell)
        .map(|(fields, _)| fields.get("v").map(|value| format!("{} {value}", value.kind())))
}

#[track_caller]
fn read(settings: &str, cell: &str) -> Result<(Fields, Vec<Code>), Code> {
    let map = one(settings);
    let text = format!("x|v\n1|{cell}\n");
    if let Some((_, code, _)) = held(&map, &text).first() {
        return Err(*code);
    }
    let row = signals(&map, &text).remove(0);
    if let Some(left_out) = row.left_out.first() {
        return Err(left_out.code);
    }
    let codes = row.findings.iter().map(|finding| finding.code).collect();
    Ok((row.incoming.content.fields, codes))
}

#[track_caller]
fn check(field: &str, cell: &str, expected: &str) {
    assert_eq!(value(field, cell), Ok(Some(expected.to_owned())), "{field} of {cell}");
}

#[track_caller]
fn check_held(field: &str, cell: &str, expected: Code) {
    assert_eq!(value(field, cell), Err(expected), "{field} of {cell}");
}

/// When a cell says that it happened, in the zone and by the formats given, and what is said of it.
#[track_caller]
fn moment(zone: &str, formats: &str, cell: &str) -> Result<(String, Vec<Code>), Code> {
    let map = one(&format!("zone: {zone}\ntime: {{ column: v, formats: {formats} }}"));
    let text = format!("x|v\n1|{cell}\n");
    if let Some((_, code, field)) = held(&map, &text).first() {
        assert_eq!(field, "v");
        return Err(*code);
    }
    let row = signals(&map, &text).remove(0);
    let codes = row.findings.iter().map(|finding| finding.code).collect();
    let occurred = row.incoming.content.occurred.map(|moment| moment.to_string());
    Ok((occurred.unwrap_or_default(), codes))
}

#[track_caller]
fn check_time(zone: &str, formats: &str, cell: &str, expected: &str) {
    let expected = format!("{expected}.000000Z");
    assert_eq!(moment(zone, formats, cell), Ok((expected, vec![])), "{cell}");
}

#[test]
fn types_read_what_people_write() {
    check("text", " as it stands ", "text  as it stands ");
    check("integer", " 0042 ", "integer 42");
    check("integer", "12.0", "integer 12");
    check("decimal", "-12.50", "decimal -12.50");
    check("decimal", "1E5", "decimal 100000");
    check("{ type: money, currency: EUR }", "12.50", "money 12.50 EUR");
    check("{ type: money, currency: EUR }", "USD 12.50", "money 12.50 USD");
    check("{ type: money }", "-1.50 €", "money -1.50 EUR");
    check("{ type: money, currency: CAD }", "$5", "money 5 CAD");
    check("boolean", "Yes", "boolean true");
    check("boolean", "0", "boolean false");
    check("list", "a; b ;;c", "list a, b, c");
    check("list", "a,b", "list a, b");
    check("{ type: list, separator: \"/\" }", "a/b,c", "list a, b,c");
    check("moment", "2026-11-20T13:38:02+01:00", "moment 2026-11-20T12:38:02.000000Z");
    check("date", "2026-11-20", "moment 2026-11-20T00:00:00.000000Z");
    check(
        "{ type: date, formats: [\"%d.%m.%Y\"] }",
        "20.11.2026",
        "moment 2026-11-20T00:00:00.000000Z",
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    for (field, cell) in [
        ("integer", "12.5"),
        ("integer", "twelve"),
        ("integer", "99999999999999999999"),
        ("decimal", "1e400"),
        ("decimal", "NaN"),
        ("decimal", "1.2.3"),
        ("decimal", "-"),
        ("money", "12.50"),
        ("{ type: money, currency: EUR }", "a lot"),
    ] {
        check_held(field, cell, Code::NumberUnreadable);
    }
    check_held("boolean", "perhaps", Code::ValueUnreadable);
    check_held("date", "31.12.2026", Code::TimeUnreadable);
}

#[test]
fn c3_an_undeclared_decimal_comma_is_told() {
    check_held("decimal", "12,50", Code::DecimalComma);
    check_held("decimal", "1.234,56", Code::DecimalComma);
    check_held("{ type: money, currency: EUR }", "12,50 €", Code::DecimalComma);
    check_held("decimal", "1,234.56", Code::NumberUnreadable);
    check("{ type: decimal, repair: [decimal-comma] }", "1.234,56", "decimal 1234.56");
    check("{ type: decimal, repair: [decimal-comma] }", "1 234,5", "decimal 1234.5");
    check("{ type: decimal, repair: [decimal-point] }", "1,234.56", "decimal 1234.56");
    check("{ type: money, currency: EUR, repair: [decimal-comma] }", "12,50 €", "money 12.50 EUR");
    // Marks of the other country are not taken for thousands.
    check_held("{ type: decimal, repair: [decimal-comma] }", "12.50", Code::NumberUnreadable);
    check_held("{ type: decimal, repair: [decimal-point] }", "12,50", Code::NumberUnreadable);
}

#[test]
fn repairs_mend_in_order() {
    check("{ repair: [trim, lower] }", "  GOOGLE ", "text google");
    check("{ repair: [lower], values: { google: Google Ads } }", " GOOGLE ", "text Google Ads");
    check("{ repair: [{ values: { a: b } }] }", "a", "text b");
    check("{ repair: [trim, { a: b }] }", " a ", "text b");
    check("{ type: boolean, values: { \"Ja\": true } }", "Ja", "boolean true");
    check("{ values: { a: b } }", "c", "text c");
    assert_eq!(value("{ values: { \"0\": null } }", "0"), Ok(None));
    check("{ type: integer, default: 7 }", "", "integer 7");
    check("{ repair: [trim, { default: none }] }", " ", "text none");
}

#[test]
fn null_words_match_exactly_after_trimming() {
    let with = |cell: &str| {
        let fields = read("nulls: [\"NULL\", \"n/a\"]\nfields: { v: text }", cell).unwrap().0;
        fields.get("v").map(ToString::to_string)
    };
    assert_eq!(with(" NULL "), None);
    assert_eq!(with("n/a"), None);
    assert_eq!(with(""), None);
    assert_eq!(with("null"), Some("null".into()));
    assert_eq!(with("N/A"), Some("N/A".into()));
    assert_eq!(with("NULLS"), Some("NULLS".into()));
}

#[test]
fn times_are_read_by_the_first_format_that_fits() {
    let both = "[\"%d.%m.%Y %H:%M\", \"%Y-%m-%d\"]";
    check_time("UTC", both, "20.11.2026 13:38", "2026-11-20T13:38:00");
    check_time("UTC", both, "2026-11-20", "2026-11-20T00:00:00");
    check_time("Europe/Berlin", both, "20.11.2026 13:38", "2026-11-20T12:38:00");
    check_time("UTC", both, "5.1.2026 9:05", "2026-01-05T09:05:00");
    check_time("UTC", "[\"%b %d, %Y\"]", "Nov 20, 2026", "2026-11-20T00:00:00");
    check_time("UTC", "[\"%Y%m%d%H%M%S\"]", "20261120133802", "2026-11-20T13:38:02");
    check_time("UTC", "[\"%m/%d/%Y %I:%M %p\"]", "11/20/2026 1:38 PM", "2026-11-20T13:38:00");
    check_time("Europe/Berlin", "[unix]", "1763645882", "2025-11-20T13:38:02");
    check_time("UTC", "[unix-ms]", "1763645882000", "2025-11-20T13:38:02");
    check_time("UTC", "[excel]", "45981.5", "2025-11-20T12:00:00");
    check_time("Europe/Berlin", "[excel]", "45981.5", "2025-11-20T11:00:00");
    check_time("UTC", "[\"%Y-%m-%d\", excel]", "45981", "2025-11-20T00:00:00");
}

#[test]
fn an_offset_in_the_cell_beats_the_zone() {
    for format in ["%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S%:z"] {
        let formats = format!("[\"{format}\"]");
        check_time("Europe/Berlin", &formats, "2026-11-20 13:00:00+05:30", "2026-11-20T07:30:00");
        check_time("Europe/Berlin", &formats, "2026-11-20 13:00:00-0300", "2026-11-20T16:00:00");
        check_time("Europe/Berlin", &formats, "2026-11-20 13:00:00Z", "2026-11-20T13:00:00");
    }
    check_time(
        "Europe/Berlin",
        "[\"%Y-%m-%dT%H:%M:%SZ\"]",
        "2026-11-20T13:00:00Z",
        "2026-11-20T13:00:00",
    );
    check_time("Europe/Berlin", "[rfc3339]", "2026-11-20T13:00:00+00:00", "2026-11-20T13:00:00");
}

#[test]
fn an_hour_that_is_skipped_or_occurs_twice_is_accepted_with_a_finding() {
    let at = |cell: &str| moment("Europe/Berlin", "[\"%Y-%m-%d %H:%M\"]", cell).unwrap();
    assert_eq!(
        at("2026-03-29 02:30"),
        ("2026-03-29T01:30:00.000000Z".into(), vec![Code::TimeInGap])
    );
    assert_eq!(
        at("2026-10-25 02:30"),
        ("2026-10-25T00:30:00.000000Z".into(), vec![Code::TimeTwice])
    );
    assert_eq!(at("2026-10-25 03:30").1, []);
    // Midnight is skipped here, but nobody wrote it.
    check_time("America/Sao_Paulo", "[\"%Y-%m-%d\"]", "2017-10-15", "2017-10-15T03:00:00");
}

#[test]
fn j13_times_that_never_were_are_quarantined() {
    let usual = "[\"%Y-%m-%d\", \"%Y-%m-%d %H:%M:%S\", \"%Y-%m-%dT%H:%M:%S%z\", \"%Y-%m-%dT%H:%M\", rfc3339]";
    for cell in [
        "0000-00-00",
        "9999-12-31T24:00",
        "2026-02-30",
        "2026-11-20 23:59:60",
        "2026-11-20T23:59:60Z",
        "2026-11-20T10:00:00+99:99",
        "10000-01-01",
        "2026-13-01",
        "yesterday",
        "2026-11-20 and more",
    ] {
        assert_eq!(moment("UTC", usual, cell), Err(Code::TimeUnreadable), "{cell}");
    }
    let compact = moment("UTC", "[\"%Y%m%d%H%M%S\"]", "20261120235960");
    assert_eq!(compact, Err(Code::TimeUnreadable));
    for (format, cell) in [
        ("unix", "1e400"),
        ("unix", "99999999999999"),
        ("unix-ms", "x"),
        ("excel", "0"),
        ("excel", "60"),
        ("excel", "2958466"),
        ("excel", "-1"),
    ] {
        let read = moment("UTC", &format!("[{format}]"), cell);
        assert_eq!(read, Err(Code::TimeUnreadable), "{format} {cell}");
    }
}

#[test]
fn a_null_time_is_no_fault() {
    assert_eq!(moment("UTC", "[\"%Y-%m-%d\"]", " "), Ok((String::new(), vec![])));
    let map = one("time: v\nnulls: [\"NULL\"]");
    assert_eq!(signals(&map, "x|v\n1|NULL\n")[0].incoming.content.occurred, None);
}
