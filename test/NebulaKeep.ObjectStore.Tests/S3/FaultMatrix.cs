using Microsoft.AspNetCore.Http;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>A request of the store that something happens to.</summary>
public enum Request
{
    Put,
    CreateOnlyPut,
    BeginUpload,
    PutPart,
    CompleteUpload,
    HeadAfterUpload,
    Get,
    RangedGet,
    Head,
    ListFirstPage,
    ListLastPage,
    ListFolders,
    Delete,
    BatchDelete,
}

/// <summary>What happens to it.</summary>
public enum Mishap
{
    // Once; the next try goes well.
    CutBeforeItIsServed,
    AnswerLost,
    ServiceUnavailable,
    ProxyErrorPage,
    AnswerCut,
    Silence,

    // For ever, from then on for every request.
    AlwaysUnavailable,
    AlwaysCut,
    ExpiredToken,
    RightsTakenAway,
    BucketGone,
    DiskFull,
    Redirected,

    // The server says something else than it should.
    WrongTag,
    WrongSize,
    PageOfAProxy,
    EmptyAnswer,
    GarbledAnswer,
    ErrorIn200,
}

/// <summary>Which mishaps make sense for which request, and how a call must end.</summary>
static class FaultMatrix
{
    static readonly Request[] WithAnswer = [Request.BeginUpload, Request.CompleteUpload, Request.Get, Request.RangedGet, Request.ListFirstPage, Request.ListLastPage, Request.ListFolders, Request.BatchDelete];
    static readonly Request[] WithXml = [.. WithAnswer.Except([Request.Get, Request.RangedGet])];

    public static IEnumerable<(Request Request, Mishap Mishap)> Cases =>
        from request in Enum.GetValues<Request>()
        from mishap in Enum.GetValues<Mishap>()
        where Applies(request, mishap)
        select (request, mishap);

    /// <summary>How the call must end; null: well.</summary>
    public static StoreFailure? Expected(Request request, Mishap mishap) => (request, mishap) switch
    {
        // What can be read as no answer at all may pass; what cannot be read may not.
        (Request.BeginUpload or Request.ListFirstPage or Request.ListLastPage or Request.ListFolders, Mishap.EmptyAnswer) => StoreFailure.Unavailable,
        (_, Mishap.GarbledAnswer) => StoreFailure.Other,
        (Request.Put or Request.CreateOnlyPut or Request.PutPart, Mishap.PageOfAProxy) => StoreFailure.ChecksumMismatch,
        (Request.Get or Request.RangedGet or Request.Head or Request.HeadAfterUpload, Mishap.PageOfAProxy) => StoreFailure.Unavailable,
        (_, Mishap.PageOfAProxy) => StoreFailure.Other,
        (Request.CompleteUpload, Mishap.ErrorIn200) => StoreFailure.Unavailable,

        // The bucket is known to have been there: then what is missing is the object.
        (Request.HeadAfterUpload, Mishap.BucketGone) => StoreFailure.ChecksumMismatch,
        _ => Expected(mishap),
    };

    static StoreFailure? Expected(Mishap mishap) => mishap switch
    {
        Mishap.AlwaysUnavailable or Mishap.AlwaysCut => StoreFailure.Unavailable,
        Mishap.ExpiredToken => StoreFailure.Unauthenticated,
        Mishap.RightsTakenAway => StoreFailure.Forbidden,
        Mishap.BucketGone => StoreFailure.RootNotFound,
        Mishap.DiskFull => StoreFailure.Full,
        Mishap.Redirected => StoreFailure.Other,
        Mishap.WrongTag or Mishap.WrongSize => StoreFailure.ChecksumMismatch,
        _ => null,
    };

    public static bool Is(Request request, HttpRequest http) => request switch
    {
        Request.Put => http.Method == "PUT",
        Request.CreateOnlyPut => http.Method == "PUT",
        Request.BeginUpload => http.Method == "POST" && http.Query.ContainsKey("uploads"),
        Request.PutPart => http.Method == "PUT" && http.Query["partNumber"] == "2",
        Request.CompleteUpload => http.Method == "POST" && http.Query.ContainsKey("uploadId"),
        Request.HeadAfterUpload or Request.Head => http.Method == "HEAD",
        Request.Get or Request.RangedGet => FakeS3.IsGet(http),
        Request.ListFirstPage or Request.ListFolders => http.Query.ContainsKey("list-type") && !http.Query.ContainsKey("continuation-token"),
        Request.ListLastPage => http.Query.ContainsKey("continuation-token"),
        Request.Delete => http.Method == "DELETE",
        _ => http.Method == "POST" && http.Query.ContainsKey("delete"),
    };

    static bool Applies(Request request, Mishap mishap) => mishap switch
    {
        Mishap.AnswerCut => WithAnswer.Contains(request),
        Mishap.WrongTag => request is Request.Put or Request.CreateOnlyPut or Request.PutPart or Request.HeadAfterUpload,
        Mishap.WrongSize => request is Request.HeadAfterUpload,
        Mishap.EmptyAnswer or Mishap.GarbledAnswer => WithXml.Contains(request),
        Mishap.PageOfAProxy => request is not Request.Delete,
        Mishap.ErrorIn200 => request is Request.CompleteUpload or Request.BatchDelete,
        _ => true,
    };
}
