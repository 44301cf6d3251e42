using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>The statements that write what a turn says into rows that are there.</summary>
internal sealed class SqliteTurns(Func<string, SqliteStatement> prepare)
{
    private readonly SqliteStatement _complete = prepare(
        """
        UPDATE pins SET status = ?2, model = coalesce(?3, model), previous = coalesce(previous, ?4), conversation = coalesce(conversation, ?5),
            input_tokens = coalesce(?6, input_tokens), output_tokens = coalesce(?7, output_tokens), items = coalesce(?8, items)
        WHERE id = ?1
        """);

    // Whoever reads a response again says what it continues each time: nothing is written where nothing is missing.
    private readonly SqliteStatement _explain = prepare(
        """
        UPDATE pins SET previous = coalesce(previous, ?2), conversation = coalesce(conversation, ?3)
        WHERE id = ?1 AND (previous IS NULL AND ?2 IS NOT NULL OR conversation IS NULL AND ?3 IS NOT NULL)
        """);

    private readonly SqliteStatement _insertContent = prepare("INSERT INTO contents VALUES (?1, ?2, ?3)");

    private readonly SqliteStatement _completeContent = prepare(
        "INSERT INTO contents VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET input = coalesce(excluded.input, input), answer = coalesce(excluded.answer, answer)");

    private readonly SqliteStatement _explainContent = prepare(
        "INSERT INTO contents VALUES (?1, ?2, NULL) ON CONFLICT (id) DO UPDATE SET input = excluded.input WHERE input IS NULL");

    /// <summary>Adds the content of a turn whose row is new.</summary>
    public void AddContent(long row, Turn turn)
    {
        if (HasContent(turn))
            _insertContent.Bind(1, row).Bind(2, turn.Input.Span).Bind(3, turn.Answer.Span).Run();
    }

    /// <summary>Completes a turn that has not ended.</summary>
    public void Complete(long row, Turn turn, ItemList items)
    {
        _complete.Bind(1, row)
            .Bind(2, turn.Status)
            .Bind(3, turn.Model)
            .Bind(4, SqliteKey.EncodeOrNothing(turn.PreviousResponseId))
            .Bind(5, SqliteKey.EncodeOrNothing(turn.ConversationId))
            .Bind(6, turn.InputTokens)
            .Bind(7, turn.OutputTokens)
            .Bind(8, items.Bytes)
            .Run();
        if (HasContent(turn))
            _completeContent.Bind(1, row).Bind(2, turn.Input.Span).Bind(3, turn.Answer.Span).Run();
    }

    /// <summary>Adds what led to a turn that has ended, where that is missing.</summary>
    public void Explain(long row, Turn turn)
    {
        _explain.Bind(1, row).Bind(2, SqliteKey.EncodeOrNothing(turn.PreviousResponseId)).Bind(3, SqliteKey.EncodeOrNothing(turn.ConversationId)).Run();
        if (!turn.Input.IsEmpty)
            _explainContent.Bind(1, row).Bind(2, turn.Input.Span).Run();
    }

    private static bool HasContent(Turn turn) => !turn.Input.IsEmpty || !turn.Answer.IsEmpty;
}
