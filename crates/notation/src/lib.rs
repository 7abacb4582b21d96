//! How what people write is read: sources, spans, diagnostics, YAML and CSV. It knows nothing of what the text means.
