using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>Reads the body of a request as a JSON object.</summary>
internal static class JsonBody
{
    /// <summary>Hands the body to <paramref name="read"/>, whose faults become the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Reads the fields; faults go to the reader.</param>
    /// <param name="optional">Whether no body at all stands for an empty object.</param>
    public static (T? Value, ApiError? Fault) Read<T>(HttpContext context, Func<FieldReader, T> read, bool optional = false)
        where T : class
    {
        var utf8 = context.Features.GetRequiredFeature<RequestBody>().Utf8;
        return Read(optional && utf8.IsEmpty ? "{}"u8.ToArray() : utf8, read);
    }

    /// <summary>Parses and reads a body that is at hand.</summary>
    public static (T? Value, ApiError? Fault) Read<T>(ReadOnlyMemory<byte> utf8, Func<FieldReader, T> read) where T : class
    {
        try
        {
            using var body = JsonDocument.Parse(utf8);
            if (body.RootElement.ValueKind != JsonValueKind.Object)
                return (null, ApiErrors.InvalidJson());
            var fields = new FieldReader(body.RootElement);
            var value = read(fields);
            return fields.Fault is { } fault ? (null, fault) : (value, null);
        }
        catch (JsonException)
        {
            return (null, ApiErrors.InvalidJson());
        }
        catch (InvalidOperationException)
        {
            // A string that is no Unicode text, half a surrogate pair or invalid UTF-8, shows only when it is read.
            return (null, ApiErrors.InvalidJson());
        }
    }
}
