using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>
/// <c>/_emulator</c>: what a user does to a region that no service offers. It asks for no key: the region is a toy to its user, reachable where
/// they put it.
/// </summary>
internal static class ControlEndpoints
{
    private static readonly HashSet<string> s_queueFields = ["faults"];
    private static readonly HashSet<string> s_limitFields = ["requests_per_minute", "tokens_per_minute"];

    public static void AddControl(this IServiceCollection services)
    {
        services.AddSingleton<FaultBoard>();
        services.AddSingleton<LatencyModel>();
        services.AddSingleton<Journal>();
        services.AddSingleton<IValidateOptions<RegionOptions>, JournalValidation>();
        services.AddSingleton<IdLedger>();
        services.AddSingleton<RegionMemory>();
    }

    public static void MapControl(this IEndpointRouteBuilder app)
    {
        var control = app.MapGroup("/_emulator").AddEndpointFilter(async (context, next) =>
        {
            var (_, fault) = await RequestBody.ReadAsync(context.HttpContext, context.HttpContext.RequestServices.GetRequiredService<IOptions<RegionOptions>>().Value.MaxRequestBodyBytes);
            return fault ?? await next(context);
        });
        control.MapGet("", (RegionMemory memory) => WireJson.Ok(memory.Describe()));
        control.MapGet("/faults", (FaultBoard board) => WireJson.Ok(new FaultList(board.InForce, board.Queue)));
        control.MapPost("/faults", AddFault);
        control.MapDelete("/faults", (FaultBoard board) =>
        {
            board.Clear();
            return Results.NoContent();
        });
        control.MapDelete("/faults/{id}", (string id, FaultBoard board) => board.Remove(id) ? Results.NoContent() : ApiErrors.FaultNotFound(id));
        control.MapPost("/queue", Enqueue);
        control.MapPut("/deployments/{name}/limits", Limit);
        control.MapPost("/reset", (RegionMemory memory) =>
        {
            memory.Reset();
            return Results.NoContent();
        });
        control.MapGet("/journal", (Journal journal) => WireJson.Ok(journal.Entries));
        control.MapDelete("/journal", (Journal journal) =>
        {
            journal.Clear();
            return Results.NoContent();
        });
        control.MapGet("/ids", (IdLedger ledger) => WireJson.Ok(new LedgerBody(ledger.Totals, ledger.Latest(100))));
        control.MapGet("/ids/{id}", (string id, IdLedger ledger) => ledger.Find(id) is { } record ? WireJson.Ok(record) : ApiErrors.IdNeverSeen(id));
    }

    private static IResult AddFault(HttpContext context, FaultBoard board, RegionMemory memory)
    {
        var (fault, unreadable) = JsonBody.Read(context, FaultReader.ReadInForce);
        if (fault is null)
            return unreadable!;
        if (fault is { Kind: FaultKind.Outage, LoseState: true })
            memory.LoseState();
        return WireJson.Ok(board.Add(fault));
    }

    private static IResult Enqueue(HttpContext context, FaultBoard board)
    {
        var (faults, unreadable) = JsonBody.Read(context, body =>
        {
            body.OnlyKnown(s_queueFields);
            if (body.Value("faults") is null)
                body.Refuse(ParameterErrors.Missing("faults"));
            return body.Objects("faults").Select(FaultReader.ReadQueued).ToList();
        });
        return faults is null ? unreadable! : WireJson.Ok(board.Enqueue(faults));
    }

    private static IResult Limit(string name, HttpContext context, DeploymentCatalog catalog)
    {
        if (!catalog.TryFind(name, out var deployment))
            return ApiErrors.DeploymentNotFound();
        var (limits, unreadable) = JsonBody.Read(context, body =>
        {
            body.OnlyKnown(s_limitFields);
            return Tuple.Create(body.Integer("requests_per_minute", 0), body.Integer("tokens_per_minute", 0));
        });
        if (limits is null)
            return unreadable!;
        catalog.Limit(deployment.Name, limits.Item1, limits.Item2);
        return Results.NoContent();
    }
}
