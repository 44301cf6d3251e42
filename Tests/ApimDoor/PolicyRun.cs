using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;

namespace SessionAware.Tests.ApimDoor;

/// <summary>One request on its way through an API's policy, element by element.</summary>
internal sealed class PolicyRun(
    DoorModel model, DoorOptions options, DoorApi api, PolicyContext context, BackendCall call, ConcurrentQueue<TokenMetric> metrics, CancellationToken cancellationToken)
{
    private DoorBackend? _backend;

    /// <summary>The section under way; null before the first.</summary>
    public string? Section { get; private set; }

    /// <summary>Whether a policy has ended the run with an answer of its own.</summary>
    public bool HasReturned { get; private set; }

    public Task RunAsync(string section)
    {
        Section = section;
        return RunAllAsync(api.Policy.Element(section)?.Elements() ?? []);
    }

    private async Task RunAllAsync(IEnumerable<XElement> elements)
    {
        foreach (var element in elements)
        {
            if (!HasReturned)
                await RunAsync(element);
        }
    }

    private async Task RunAsync(XElement element)
    {
        switch (element.Name.LocalName)
        {
            case "base":
                // Nothing stands above an API here.
                break;
            case "include-fragment":
                await RunAllAsync(model.Fragments[Text(element, "fragment-id")].Elements());
                break;
            case "choose":
                await RunAllAsync(element.Elements().First(branch => branch.Name == "otherwise" || IsTrue(branch, "condition")).Elements());
                break;
            case "set-variable":
                context.Values[Text(element, "name")] = Value(element, "value");
                break;
            case "set-header":
                SetHeader(element, Section is "inbound" or "backend" ? context.Request.Fields : context.Response!.Fields);
                break;
            case "set-query-parameter":
                SetQueryParameter(element);
                break;
            case "set-status":
                (context.Response!.StatusCode, context.Response.StatusReason) = (Number(element, "code"), Text(element, "reason"));
                break;
            case "set-body":
                SetBody(element);
                break;
            case "return-response":
                await ReturnAsync(element);
                break;
            case "authentication-managed-identity":
                context.Request.Fields["Authorization"] = [$"Bearer {options.Token(Text(element, "resource"))}"];
                break;
            case "llm-emit-token-metric":
                metrics.Enqueue(new(Text(element, "namespace"), element.Elements("dimension").ToDictionary(dimension => Text(dimension, "name"), Dimension)));
                break;
            case "retry":
                await RetryAsync(element);
                break;
            case "set-backend-service":
                _backend = model.Backends[Text(element, "backend-id")];
                break;
            case "forward-request":
                await ForwardAsync(element);
                break;
            default:
                throw new NotSupportedException($"The door does not play <{element.Name.LocalName}> here.");
        }
    }

    private async Task RetryAsync(XElement element)
    {
        for (var retried = 0; ; retried++)
        {
            await RunAllAsync(element.Elements());
            if (HasReturned || !IsTrue(element, "condition") || retried == Number(element, "count"))
                return;
            if (retried > 0 || !IsTrue(element, "first-fast-retry"))
                await Task.Delay(TimeSpan.FromSeconds(Number(element, "interval")), options.Time, cancellationToken);
        }
    }

    private async Task ForwardAsync(XElement element)
    {
        context.Response?.Upstream?.Dispose();
        context.Response = null;
        string? cookie = null;
        var address = api.ServiceUrl;
        if (_backend is not null)
            (address, cookie) = _backend.Select(context.Request.Headers.GetValueOrDefault("Cookie", ""));
        context.Response = await call.SendAsync(
            address ?? throw new PolicyException(500, "forward-request", "BackendNotSet", "There is no backend."),
            context.Request,
            isBodyKept: IsTrue(element, "buffer-request-body"),
            isHeldBack: element.Attribute("buffer-response") is null || IsTrue(element, "buffer-response"),
            element.Attribute("timeout") is null ? TimeSpan.FromSeconds(300) : TimeSpan.FromSeconds(Number(element, "timeout")),
            cancellationToken);
        if (cookie is not null)
            Append(context.Response.Fields, "Set-Cookie", $"{_backend!.Cookie}={cookie}; Path=/; HttpOnly");
    }

    private async Task ReturnAsync(XElement element)
    {
        context.Response?.Upstream?.Dispose();
        context.Response = new ContextResponse(200);
        foreach (var child in element.Elements())
        {
            if (child.Name == "set-header")
                SetHeader(child, context.Response.Fields);
            else
                await RunAsync(child);
        }

        HasReturned = true;
    }

    private void SetHeader(XElement element, Dictionary<string, string[]> fields)
    {
        var name = Text(element, "name");
        string[] values = [.. element.Elements("value").Select(value => Written(PolicyExpression.Evaluate(value.Value, context)))];
        switch (element.Attribute("exists-action")?.Value ?? "override")
        {
            case "delete":
                fields.Remove(name);
                break;
            case "append":
                Append(fields, name, values);
                break;
            case "skip":
                fields.TryAdd(name, values);
                break;
            default:
                fields[name] = values;
                break;
        }
    }

    private void SetQueryParameter(XElement element)
    {
        var (name, action) = (Text(element, "name"), element.Attribute("exists-action")?.Value ?? "override");
        if (action == "skip" && context.Request.Url.Query.ContainsKey(name))
            return;
        if (action is "override" or "delete")
            context.Request.Url.Remove(name);
        if (action == "delete")
            return;
        foreach (var value in element.Elements("value"))
            context.Request.Url.Add(name, Written(PolicyExpression.Evaluate(value.Value, context)));
    }

    private void SetBody(XElement element)
    {
        if (Section is "inbound" or "backend" && context.Response is null)
            throw new NotSupportedException("The door sets no request's body.");
        context.Response!.Text = Written(PolicyExpression.Evaluate(element.Value, context));
    }

    /// <summary>A dimension without a value has one by its name, of the names that the reference lists.</summary>
    private string? Dimension(XElement dimension) => dimension.Attribute("value") is not null ? Text(dimension, "value") : Text(dimension, "name") switch
    {
        "API ID" => context.Api.Id,
        "Operation ID" => context.Operation?.Id,
        "Subscription ID" => context.Subscription?.Id,
        var other => throw new NotSupportedException($"The door does not know a dimension '{other}'."),
    };

    private object? Value(XElement element, string attribute) => element.Attribute(attribute) is { } found ? PolicyExpression.Evaluate(found.Value, context) : null;

    private string Text(XElement element, string attribute) => Written(Value(element, attribute));

    private bool IsTrue(XElement element, string attribute) => Text(element, attribute).Equals("true", StringComparison.OrdinalIgnoreCase);

    private int Number(XElement element, string attribute) => int.Parse(Text(element, attribute), CultureInfo.InvariantCulture);

    private static void Append(Dictionary<string, string[]> fields, string name, params string[] values) => fields[name] = fields.TryGetValue(name, out var there) ? [.. there, .. values] : values;

    private static string Written(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
