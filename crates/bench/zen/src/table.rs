//! The example's routes as a decision table of zen-engine, compiled beforehand as its documentation
//! advises, and evaluated with its trace. Its policy is `collect`, under which every row is judged,
//! as ours judges every row; `first` stops at the first row that holds and traces that row alone.

use std::sync::Arc;

use serde_json::{Value, json};
use zen_engine::{Decision, EvaluationOptions, Variable};

use crate::lead::LeadAt;

const DACH: &str = "'DE', 'AT', 'CH', 'LI'";
const EMEA: &str = "'GB', 'IE', 'FR', 'ES', 'PT', 'IT', 'NL', 'BE', 'LU', 'DK', 'SE', 'NO', 'FI', \
    'IS', 'PL', 'CZ', 'SK', 'HU', 'RO', 'BG', 'GR', 'HR', 'SI', 'EE', 'LV', 'LT', 'TR', 'IL', 'AE', \
    'SA', 'ZA', 'EG', 'KE', 'NG', 'MA'";
const AMERICAS: &str = "'US', 'CA', 'MX', 'BR', 'AR', 'CL', 'CO', 'PE', 'UY'";
const APAC: &str =
    "'SG', 'MY', 'ID', 'TH', 'VN', 'PH', 'JP', 'KR', 'CN', 'HK', 'TW', 'IN', 'AU', 'NZ'";
const PLACES: [&str; 4] = [DACH, EMEA, AMERICAS, APAC];
const INDUSTRIES: [&str; 5] = ["energy", "finance", "healthcare", "manufacturing", "software"];
const SIZES: [&str; 3] = [">= 5000", "[200..4999]", "< 200"];

/// A lead in its form.
pub(crate) type Input = Variable;

/// A lead as it sees one.
pub(crate) fn input(lead: &LeadAt) -> Input {
    let LeadAt { industry, country, employees } = lead;
    json!({
        "tag": "none", "domain": "company.example", "open_opportunity": false, "stage": "prospect",
        "industry": industry, "country": country, "employees": employees,
    })
    .into()
}

/// A table, compiled.
pub(crate) struct Table(Decision);

impl Table {
    /// The routes under a hit policy.
    pub(crate) fn new(policy: &str) -> Self {
        let column = |(id, field): (&str, &str)| json!({ "id": id, "name": id, "field": field });
        let columns = [
            ("tag", "tag"),
            ("domain", "domain"),
            ("open", "open_opportunity"),
            ("stage", "stage"),
            ("industry", "industry"),
            ("country", "country"),
            ("employees", "employees"),
        ];
        let content = json!({
            "nodes": [
                { "id": "in", "name": "in", "type": "inputNode", "content": {} },
                { "id": "routes", "name": "routes", "type": "decisionTableNode", "content": {
                    "hitPolicy": policy,
                    "inputs": columns.map(column),
                    "outputs": [column(("route", "route"))],
                    "rules": routes(),
                } },
                { "id": "out", "name": "out", "type": "outputNode", "content": {} },
            ],
            "edges": [
                { "id": "e1", "sourceId": "in", "targetId": "routes" },
                { "id": "e2", "sourceId": "routes", "targetId": "out" },
            ],
        });
        let content = serde_json::from_value(content).expect("a decision");
        let mut decision = Decision::from(Arc::new(content));
        decision.compile();
        Self(decision)
    }

    /// Finds the route of a lead, with the trace.
    pub(crate) fn evaluate(&self, lead: &Input) {
        let options = EvaluationOptions { trace: true, ..EvaluationOptions::default() };
        let answered = pollster::block_on(self.0.evaluate_with_opts(lead.clone(), options));
        let answer = answered.expect("a table that holds for everybody");
        assert!(answer.trace.is_some(), "the trace was asked for");
        std::hint::black_box(answer);
    }
}

/// Rows in the order of the example's routes; a cell that is left out asks for nothing.
fn routes() -> Vec<Value> {
    let mut rows = vec![
        json!({ "tag": "'do-not-route'" }),
        json!({ "domain": "'rivalworks.example', 'leadgrid.example', 'pipelinery.example'" }),
        json!({ "open": "true" }),
        json!({ "stage": "'customer'" }),
        json!({ "stage": "'partner'" }),
        json!({ "domain": "'nordwind-energie.example', 'helvetia-werke.example'" }),
    ];
    for industry in INDUSTRIES {
        rows.extend(
            PLACES.map(|place| json!({ "industry": format!("'{industry}'"), "country": place })),
        );
    }
    for size in SIZES {
        rows.extend(PLACES.map(|place| json!({ "employees": size, "country": place })));
    }
    rows.extend([json!({ "country": PLACES.join(", ") }), json!({})]);
    for (at, row) in rows.iter_mut().enumerate() {
        row["_id"] = format!("r{at}").into();
        row["route"] = format!("'route {at}'").into();
    }
    rows
}
