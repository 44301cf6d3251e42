using System.Globalization;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>Reads the parameters of a query, remembering the first fault.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    /// <summary>The first fault, if any.</summary>
    public ApiError? Fault { get; private set; }

    /// <summary><c>true</c> or <c>false</c>, also as 1 or 0; false where it is absent.</summary>
    public bool Flag(string name)
    {
        switch (query[name].ToString())
        {
            case "" or "0" or "false" or "False":
                return false;
            case "1" or "true" or "True":
                return true;
            default:
                Fault ??= ParameterErrors.WrongType(name, "a boolean", "a string");
                return false;
        }
    }

    /// <summary>An integer of at least 0.</summary>
    public int? Integer(string name)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            Fault ??= ParameterErrors.WrongType(name, "an integer", "a string");
        else if (number < 0)
            Fault ??= ParameterErrors.OutOfRange(name, "integer", above: false, "0", text);
        return number;
    }

    /// <summary><c>include</c>, <c>include[]</c> or <c>include[0]</c>, as clients write it.</summary>
    public Inclusion Include()
    {
        var (include, fault) = Inclusions.Of(query
            .Where(entry => entry.Key == "include" || entry.Key.StartsWith("include[", StringComparison.Ordinal))
            .SelectMany(entry => entry.Value.OfType<string>()));
        Fault ??= fault;
        return include;
    }
}
