//! Every route is described, and what is described is a route.

use std::collections::BTreeSet;

use serde_json::Value;

use super::table;

#[test]
fn the_description_has_these_routes_and_no_others() {
    let described: Value = serde_json::from_str(include_str!("../openapi.json")).unwrap();
    let paths = described["paths"].as_object().unwrap().iter();
    let described: BTreeSet<(String, String)> = paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| (path.clone(), method.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> =
        table().into_iter().map(|route| (route.path, route.method.to_owned())).collect();
    assert_eq!(described, routed);
}
