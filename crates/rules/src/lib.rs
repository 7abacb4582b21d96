//! What people write: a strategy parsed with spans, checked, compiled and evaluated with reasons. It knows nothing of the pipeline.
